// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { formatCniArgs, parseCniArgs } from "./cni-args.ts";

test.each<[string, Record<string, string>]>([
  ["", {}],
  ["IgnoreUnknown=1;K8S_POD_NAME=web", { IgnoreUnknown: "1", K8S_POD_NAME: "web" }],
  ["A=b=c;D=", { A: "b=c", D: "" }],
  ["A=1;", { A: "1" }],
  [";;A=1", { A: "1" }],
  ["A=1;A=2", { A: "2" }],
  ["IP=2001:db8::1,10.0.0.1", { IP: "2001:db8::1,10.0.0.1" }],
])("CNI_ARGS %j are read", (text, args) => {
  expect(Object.fromEntries(parseCniArgs(text))).toEqual(args);
});

test.each(["A", "=b", "A=1;B", " "])("CNI_ARGS %j are refused with code 4", (text) => {
  expect(cniErrorOf(() => parseCniArgs(text))).toMatchObject({
    code: 4,
    message: expect.stringContaining("CNI_ARGS"),
  });
});

test.each([
  ["", "b"],
  ["A;B", "c"],
  ["A=B", "c"],
  ["A", "b;C=d"],
])("the pair %j, %j is not written, as it would be read as another one", (key, value) => {
  expect(cniErrorOf(() => formatCniArgs([[key, value]]))).toMatchObject({ code: 4 });
});

test("what is written is read back", () => {
  const key = fc.stringMatching(/^[^;=]+$/);
  const value = fc.stringMatching(/^[^;]*$/);
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name }), (pairs) => {
      expect(Array.from(parseCniArgs(formatCniArgs(pairs)))).toEqual(pairs);
    }),
  );
});
