// SPDX-License-Identifier: Apache-2.0
import type { Attachment, AttachmentPlan } from "./plan.ts";

/** Indexes of the attachments that are attached, or taken away, at the same time; never empty. */
export type AttachStep = readonly number[];

/**
 * A plan's attachments as ADD goes through them, in the plan's order: those that follow each other and may
 * run side by side are one step, every other one is a step of its own. DEL goes through the steps in reverse.
 */
export function attachSteps({ attachments }: Pick<AttachmentPlan, "attachments">): readonly AttachStep[] {
  const steps: number[][] = [];
  for (const [index, attachment] of attachments.entries()) {
    const last = steps.at(-1);
    if (last !== undefined && joins(attachment, attachments[index - 1])) last.push(index);
    else steps.push([index]);
  }
  return steps;
}

function joins(attachment: Attachment, before: Attachment | undefined): boolean {
  return attachment.sideBySide === true && before?.sideBySide === true;
}
