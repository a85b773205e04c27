// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { attachSteps } from "./attach-steps.ts";
import { aNetwork, anAttachment, aPlanInput, aPrimary } from "./builders.ts";
import { planAttachments } from "./plan-attachments.ts";

const [alone, beside] = [anAttachment(), anAttachment({ sideBySide: true })];

test.each([
  ["nothing", [], []],
  ["one after another", [alone, alone, alone], [[0], [1], [2]]],
  ["side by side after the primary", [alone, beside, beside, beside], [[0], [1, 2, 3]]],
  ["one that stands alone parts the others", [alone, beside, alone, beside, beside], [[0], [1], [2], [3, 4]]],
  ["an auxiliary chain comes last", [alone, beside, beside, alone], [[0], [1, 2], [3]]],
])("%s", (_, attachments, steps) => {
  expect(attachSteps({ attachments })).toEqual(steps);
});

test.each([
  ["sequential", undefined, undefined],
  ["sequential", "parallel", true],
  ["parallel", undefined, true],
  ["parallel", "sequential", undefined],
] as const)(
  "attach %p and the NAD's %p: side by side %p, never the primary or a chain",
  (node, nad, expected) => {
    const networks = [aPrimary(), aNetwork({ attach: nad }), aPrimary({ role: "auxiliary" })];
    const { attachments } = planAttachments(
      aPlanInput({ config: { runtimeConfig: {}, attach: node }, networks }),
    );
    expect(attachments.map(({ sideBySide }) => sideBySide)).toEqual([undefined, expected, undefined]);
  },
);
