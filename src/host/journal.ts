// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, statSync, unlinkSync } from "node:fs";
import type { AttachmentPlan } from "../attachments/index.ts";
import {
  CniError,
  cniErrorCodes,
  containerIdProblem,
  interfaceNameProblem,
  toCniError,
} from "../cni/index.ts";
import type { AttachmentKey, Journal, JournalEntry } from "../verbs/ports.ts";
import { appendWholeLine } from "./append-whole-line.ts";
import { removeAbandonedTemporaries, syncFolder, writeAtomically } from "./atomic-write.ts";
import { fileFailure, isAbsence } from "./file-failure.ts";
import { decodeJournalEntry, encodePlan, encodeRecord } from "./journal-text.ts";
import { makePrivateFolder } from "./private-folder.ts";

const entrySuffix = ".jsonl";

/**
 * The journal in the folder `dir`: one file per container and interface, mode 0600 in a folder of mode 0700.
 * Everything that the file system refuses is a CniError (code 5) with the path and the way out.
 *
 * File calls are synchronous: a plugin has nothing else to do meanwhile, and they spare it the thread pool.
 */
export function createJournal(dir: string): Journal {
  const pathOf = (key: AttachmentKey): string => `${dir}/${fileNameOf(key)}`;
  return {
    begin: async (plan) => begin(dir, pathOf(plan), plan),
    record: async (key, index, result) => record(pathOf(key), encodeRecord(index, result)),
    read: async (key) => readEntry(pathOf(key), key),
    list: async () => list(dir),
    ageMs: async (key) => ageOf(pathOf(key)),
    remove: async (key) => removeEntry(pathOf(key)),
  };
}

/** An "@" cannot be in a container id, so two keys never share a name. */
function fileNameOf({ containerId, ifName }: AttachmentKey): string {
  const problem =
    wrong("CNI_CONTAINERID", containerId, containerIdProblem) ??
    wrong("CNI_IFNAME", ifName, interfaceNameProblem);
  if (problem !== undefined) throw new CniError(cniErrorCodes.invalidEnvironment, problem);
  return `${containerId}@${ifName}${entrySuffix}`;
}

function wrong(
  variable: string,
  value: string,
  rule: (value: string) => string | undefined,
): string | undefined {
  const problem = rule(value);
  return problem === undefined ? undefined : `naming a journal entry: ${variable} "${value}": ${problem}`;
}

function begin(dir: string, path: string, plan: AttachmentPlan): void {
  try {
    const created = makePrivateFolder(dir);
    // A folder that a loss of power takes away would take the entry with it.
    if (created !== undefined) syncFolder(`${created}/..`);
    removeAbandonedTemporaries(dir);
    writeAtomically({ path, text: encodePlan(plan), mode: 0o600, durable: true });
  } catch (error) {
    throw fileFailure("writing the journal", path, error);
  }
}

function record(path: string, line: string): void {
  try {
    appendWholeLine(path, line);
  } catch (error) {
    throw fileFailure("writing the journal", path, error);
  }
}

function readEntry(path: string, key?: AttachmentKey): JournalEntry | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const entry = decodeJournalEntry(text, path);
  if (key === undefined || (entry.plan.containerId === key.containerId && entry.plan.ifName === key.ifName)) {
    return entry;
  }
  throw new CniError(
    cniErrorCodes.ioFailure,
    `reading the journal "${path}": its plan is for "${entry.plan.containerId}" and "${entry.plan.ifName}"`,
    { hint: "move the file away: it was renamed or copied, and must not be replayed for another container" },
  );
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw fileFailure("reading the journal", path, error);
  }
}

function list(dir: string): Awaited<ReturnType<Journal["list"]>> {
  const entries: JournalEntry[] = [];
  const unreadable: string[] = [];
  const names = namesIn(dir);
  removeAbandonedTemporaries(dir, names);
  for (const name of names.filter((candidate) => candidate.endsWith(entrySuffix))) {
    try {
      const entry = readEntry(`${dir}/${name}`);
      if (entry !== undefined) entries.push(entry);
    } catch (error) {
      unreadable.push(toCniError(error).message);
    }
  }
  return { entries, unreadable };
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir).sort();
  } catch (error) {
    if (isAbsence(error)) return [];
    throw fileFailure("reading the journal", dir, error);
  }
}

function ageOf(path: string): number | undefined {
  try {
    const written = statSync(path, { throwIfNoEntry: false });
    return written && Date.now() - written.mtimeMs;
  } catch (error) {
    throw fileFailure("reading the journal", path, error);
  }
}

function removeEntry(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isAbsence(error)) throw fileFailure("removing the journal entry", path, error);
  }
}
