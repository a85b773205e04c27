// SPDX-License-Identifier: Apache-2.0
import type { AttachmentPlan } from "../attachments/index.ts";
import { CniError, type CniResult, cniErrorCodes, isJsonObject, tryParseJsonObject } from "../cni/index.ts";
import type { JournalEntry } from "../verbs/ports.ts";

/** The first line of an entry. */
export function encodePlan(plan: AttachmentPlan): string {
  return `${JSON.stringify(plan)}\n`;
}

/** One further line of an entry. */
export function encodeRecord(index: number, result: CniResult): string {
  return `${JSON.stringify({ index, result })}\n`;
}

/**
 * Reads an entry. The plan was on disk before its name was, so it is whole; what follows was appended without
 * waiting for the disk, so a last line without its end is one that a crash cut off, and counts as not
 * written. Throws a CniError (code 5).
 */
export function decodeJournalEntry(text: string, path: string): JournalEntry {
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  const plan = tryParseJsonObject(lines[0] ?? "");
  if (plan === undefined) throw unreadable(path, "its first line is no plan");
  if (plan.schemaVersion !== 1) {
    throw unreadable(path, `its plan has schemaVersion ${JSON.stringify(plan.schemaVersion)}, known is 1`);
  }
  if (!isPlan(plan)) throw unreadable(path, "its plan lacks containerId, ifName or attachments");
  const results = new Map<number, CniResult>();
  for (const line of lines.slice(1, -1)) {
    const record = tryParseJsonObject(line);
    // A damaged record costs a DEL its prevResult; refusing the entry would cost the pod its DEL.
    if (isRecord(record)) results.set(record.index, record.result);
  }
  return { plan, results, origin: "journal" };
}

/** Only we write plans, so their version vouches for the rest. */
function isPlan(value: unknown): value is AttachmentPlan {
  if (!isJsonObject(value)) return false;
  const { containerId, ifName, attachments } = value;
  return typeof containerId === "string" && typeof ifName === "string" && Array.isArray(attachments);
}

function isRecord(value: unknown): value is { readonly index: number; readonly result: CniResult } {
  return isJsonObject(value) && typeof value.index === "number" && isJsonObject(value.result);
}

function unreadable(path: string, reason: string): CniError {
  return new CniError(cniErrorCodes.ioFailure, `reading the journal "${path}": ${reason}`, {
    hint: "move the file away; the networks that it names may then need cleaning by hand",
  });
}
