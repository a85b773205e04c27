// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { judgeNestedStart, startedByUs } from "./nested-start.ts";

const rows = [
  ["ADD", "refuse"],
  ["CHECK", "refuse"],
  ["STATUS", "refuse"],
  ["DEL", "nothing-to-do"],
  ["GC", "nothing-to-do"],
  ["VERSION", "serve"],
  ["", "refuse"],
  [undefined, "serve"],
] as const;

test.each(rows)("%p of a plugin of ours: %s", (CNI_COMMAND, judged) => {
  expect(judgeNestedStart({ ...startedByUs, CNI_COMMAND })).toBe(judged);
  expect(judgeNestedStart({ CNI_COMMAND })).toBe("serve");
});

test("an empty value is no way around it", () => {
  expect(judgeNestedStart({ CNI_STARTED_BY: "", CNI_COMMAND: "ADD" })).toBe("refuse");
});
