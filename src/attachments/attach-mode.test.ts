// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { attachModeOf } from "./attach-mode.ts";

const nad = (annotations: Readonly<Record<string, string>>) => ({ namespace: "a", name: "b", annotations });

test.each([
  [{}, undefined],
  [{ "plures.io/attach": "" }, undefined],
  [{ "plures.io/attach": "parallel" }, "parallel"],
  [{ "plures.io/attach": "sequential" }, "sequential"],
] as const)("%j means %p", (annotations, mode) => {
  expect(attachModeOf(nad(annotations))).toBe(mode);
});

test("another word is refused by name", () => {
  const error = cniErrorOf(() => attachModeOf(nad({ "plures.io/attach": "yes" })));
  expect(error.code).toBe(7);
  expect(error.message).toBe(
    'NetworkAttachmentDefinition a/b annotation plures.io/attach is "yes", allowed are sequential and parallel',
  );
});
