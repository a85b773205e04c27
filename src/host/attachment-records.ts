// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { isJsonObject, oneLine, tryParseJsonObject } from "../cni/index.ts";
import type { AttachmentRecord, AttachmentRecords, Log } from "../verbs/ports.ts";
import { appendWholeLine } from "./append-whole-line.ts";
import { fileFailure, isAbsence } from "./file-failure.ts";
import { rotateIfFull } from "./log-rotation.ts";
import { folderOf, splitName } from "./path-parts.ts";
import { makePrivateFolder } from "./private-folder.ts";

/** A record as it is kept. */
export interface KeptRecord extends AttachmentRecord {
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly by: "agent" | "plugin";
}

/** Where records are kept, and who keeps them. */
export interface RecordKeeping {
  readonly path: string;
  readonly by: KeptRecord["by"];
  /** Megabytes of the file; as much again is kept of what was before. 4 unless told. */
  readonly maxSize?: number;
  readonly log: Log;
}

/** A cause may quote what a plugin printed. */
const longestSentence = 1000;

/** A pod has a few per network; more of them tell nobody more. */
const mostAddresses = 32;

/**
 * Keeps records as lines of JSON in the file at `path`, mode 0600. What the file system refuses is logged: a
 * record is not worth a pod.
 */
export function createAttachmentRecords(keeping: RecordKeeping): AttachmentRecords {
  return {
    keep: (record) => {
      try {
        append(keeping, lineOf(record, keeping.by));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        keeping.log("error", "a record of an attachment cannot be kept", { path: keeping.path, reason });
      }
    },
    hasDealtWith: (containerId) => {
      try {
        return readRecords({ path: keeping.path, containerId }).some(
          ({ verb, outcome }) => verb === "ADD" || outcome === "done",
        );
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        keeping.log("error", "the records of attachments cannot be read", { path: keeping.path, reason });
        return false;
      }
    },
  };
}

function append({ path, maxSize = 4 }: RecordKeeping, line: string): void {
  makePrivateFolder(folderOf(path));
  const rotation = { maxSize, maxBackups: 1, maxAge: 0, compress: false };
  rotateIfFull({ path, rotation, addedBytes: Buffer.byteLength(line), now: new Date() });
  closeSync(openSync(path, "a", 0o600));
  appendWholeLine(path, line);
}

function lineOf(record: AttachmentRecord, by: KeptRecord["by"]): string {
  const { error } = record;
  const kept = {
    schemaVersion: 1,
    time: new Date().toISOString(),
    by,
    ...record,
    addresses: record.addresses.slice(0, mostAddresses),
    error: error && { code: error.code, message: oneLine(error.message, longestSentence) },
  } satisfies KeptRecord;
  return `${JSON.stringify(kept)}\n`;
}

/**
 * Reads what was kept, newest first, of one pod, one container or all; a line that a crash cut off or that
 * another version wrote is passed over, and without a file there is nothing. Throws a CniError (code 5).
 */
export function readRecords(wanted: {
  readonly path: string;
  readonly pod?: { readonly namespace: string; readonly name: string };
  readonly containerId?: string;
}): readonly KeptRecord[] {
  const { pod, containerId } = wanted;
  // Most lines need no parsing: a container's have its id in them.
  const mayBe = (line: string) => containerId === undefined || line.includes(containerId);
  return filesOf(wanted.path)
    .flatMap((path) => readLines(path).filter(mayBe))
    .flatMap((line) => recordIn(line) ?? [])
    .filter((record) => containerId === undefined || record.containerId === containerId)
    .filter(
      (record) =>
        pod === undefined || (record.pod?.namespace === pod.namespace && record.pod.name === pod.name),
    )
    .toReversed();
}

/** Backups first, whose names sort by their time. */
function filesOf(path: string): readonly string[] {
  const { stem, extension } = splitName(path);
  try {
    const backups = readdirSync(folderOf(path)).filter(
      (name) => name.startsWith(`${stem}-`) && name.endsWith(extension),
    );
    return [...backups.sort().map((name) => `${folderOf(path)}/${name}`), path];
  } catch (error) {
    if (isAbsence(error)) return [];
    throw fileFailure("reading the records of attachments", path, error);
  }
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch (error) {
    if (isAbsence(error)) return [];
    throw fileFailure("reading the records of attachments", path, error);
  }
}

function recordIn(line: string): KeptRecord | undefined {
  const record = tryParseJsonObject(line);
  return isRecord(record) ? record : undefined;
}

/** Only we write records, so their version vouches for the rest. */
function isRecord(value: unknown): value is KeptRecord {
  return isJsonObject(value) && value.schemaVersion === 1 && typeof value.time === "string";
}
