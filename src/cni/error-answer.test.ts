// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { encodeError } from "./error-answer.ts";
import { CniError, toCniError } from "./errors.ts";

test.each([
  ["a sentence", new CniError(7, "no name"), "1.0.0", { cniVersion: "1.0.0", code: 7, msg: "no name" }],
  [
    "a hint and details",
    new CniError(11, "no lease", { hint: "wait", details: "a\nb", cause: new Error("secret") }),
    "0.3.1",
    { cniVersion: "0.3.1", code: 11, msg: "no lease; wait", details: "a\nb" },
  ],
  ["an unreadable request", new CniError(6, "x"), undefined, { cniVersion: "1.1.0", code: 6, msg: "x" }],
  ["an unknown version", new CniError(1, "x"), "9.0.0", { cniVersion: "1.1.0", code: 1, msg: "x" }],
])("%s", (_name, error, version, expected) => {
  expect(JSON.parse(encodeError(error, version))).toEqual(expected);
});

test("an unknown failure becomes an internal error, a CniError stays what it is", () => {
  const error = new CniError(7, "x");
  expect(toCniError(error)).toBe(error);
  const cause = new TypeError("x is not a function");
  expect(toCniError(cause)).toMatchObject({ code: 999, message: "x is not a function", cause });
  expect(toCniError("thrown text")).toMatchObject({ code: 999, message: "thrown text", details: undefined });
});
