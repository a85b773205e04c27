// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { cniVerbs, isCniVerb } from "./verbs.ts";
import { cniVersions, isAtLeast, isCniVersion } from "./versions.ts";

test.each([
  ["ADD", true],
  ["DEL", true],
  ["CHECK", true],
  ["GC", true],
  ["STATUS", true],
  ["VERSION", true],
  ["add", false],
  ["toString", false],
  ["", false],
])("%j is a verb: %p", (text, expected) => {
  expect(isCniVerb(text)).toBe(expected);
});

test("every verb since the version that brought it", () => {
  const since = Object.entries(cniVerbs).map(([verb, row]) => [verb, row.since as string]);
  expect(Object.fromEntries(since)).toEqual({
    ADD: "0.1.0",
    DEL: "0.1.0",
    CHECK: "0.4.0",
    GC: "1.1.0",
    STATUS: "1.1.0",
    VERSION: "0.1.0",
  });
});

test("versions are in order", () => {
  for (const [index, version] of cniVersions.entries()) {
    expect(cniVersions.filter((other) => isAtLeast(version, other))).toEqual(cniVersions.slice(0, index + 1));
  }
});

test.each([
  ["1.0.0", true],
  ["0.3.0", true],
  ["1.0", false],
  ["1.2.0", false],
  ["", false],
])("%j is a version: %p", (text, expected) => {
  expect(isCniVersion(text)).toBe(expected);
});
