// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { assert, integer, property } from "fast-check";
import { argumentValue, isSince } from "./index.ts";

const firsts = ["v1.28.15", "v1.29.10", "v1.31.2"];

test.each([
  ["v1.28.14+k3s1", false],
  ["v1.28.15+k3s1", true],
  ["1.28.15", true],
  ["v1.30.9", false],
  ["v1.31.1+k3s1", false],
  ["v1.31.10", true],
  ["v1.32.0-rc1", true],
  ["v2.0.0", true],
  ["v1.9.99", false],
  ["v1.32", true],
  ["", undefined],
  ["unknown", undefined],
])("%p is one of them or later: %p", (version, expected) => {
  expect<unknown>(isSince(version, firsts)).toBe(expected);
});

test("a later patch of the same minor never loses what an earlier one has", () => {
  const small = integer({ min: 0, max: 40 });
  assert(
    property(small, small, small, (minor, patch, more) => {
      const has = (p: number) => isSince(`v1.${minor}.${p}+k3s1`, firsts);
      if (has(patch)) expect(has(patch + more)).toBe(true);
    }),
  );
});

test.each([
  [["server", "--data-dir", "/a"], "/a"],
  [["server", "--data-dir=/a=b"], "/a=b"],
  [["server", "-d", "/a", "--data-dir=/b"], "/b"],
  [["server", "--data-dirs=/a"], undefined],
  [["server", "--data-dir"], undefined],
  [[], undefined],
] as const)("%p", (words, expected) => {
  expect<unknown>(argumentValue(words, ["--data-dir", "-d"])).toBe(expected);
});
