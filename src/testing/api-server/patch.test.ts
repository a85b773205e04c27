// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { jsonPatch, mergePatch } from "./patch.ts";

// The rows of RFC 7396, appendix A.
test.each<[unknown, unknown, unknown]>([
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])("%j merged with %j is %j", (target, patch, merged) => {
  expect(mergePatch(target, patch)).toEqual(merged);
});

test.each<[unknown, unknown, unknown]>([
  [[{ op: "add", path: "/a/x~1y", value: 1 }], { a: { "x/y": 1, l: [1, 2] } }, "patched"],
  [[{ op: "remove", path: "/a/l/0" }], { a: { l: [2] } }, "patched"],
  [[{ op: "add", path: "/a/l/-", value: 3 }], { a: { l: [1, 2, 3] } }, "patched"],
  [[{ op: "replace", path: "/a/l", value: [] }], { a: { l: [] } }, "patched"],
  [[{ op: "test", path: "/a/l", value: [1, 2] }], { a: { l: [1, 2] } }, "patched"],
  [[{ op: "test", path: "/a/l", value: [1] }], undefined, "test-failed"],
  [[{ op: "replace", path: "/a/nosuch", value: 1 }], undefined, "malformed"],
  [[{ op: "add", path: "/b/c", value: 1 }], undefined, "malformed"],
  [[{ op: "move", path: "/a/l" }], undefined, "malformed"],
  [{ op: "add" }, undefined, "malformed"],
])("the JSON patch %j", (patch, value, kind) => {
  const target = { a: { l: [1, 2] } };
  expect(jsonPatch(target, patch)).toMatchObject(value === undefined ? { kind } : { kind, value });
  expect(target).toEqual({ a: { l: [1, 2] } });
});
