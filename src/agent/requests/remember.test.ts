// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { remember } from "./remember.ts";

test("the same key is the same thing, until too many others came", () => {
  const made: string[] = [];
  const thing = remember(2, (key) => {
    made.push(key);
    return { key };
  });
  const first = thing("a");
  expect(thing("a")).toBe(first);
  thing("b");
  expect(thing("a")).toBe(first);
  thing("c");
  expect(thing("a")).not.toBe(first);
  expect(made).toEqual(["a", "b", "c", "a"]);
});
