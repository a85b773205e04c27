// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { isJsonObject, tryParseJsonObject } from "../cni/index.ts";
import { removeAbandonedTemporaries, writeAtomically } from "../host/atomic-write.ts";
import { fileFailure } from "../host/file-failure.ts";
import type { KnownPrimary, RenderedConfig } from "../node-config/index.ts";
import { checksum, makeStateFolder } from "./keep-node-config-files.ts";

/** How many of our texts are recognised: what an agent before this one wrote is ours as well. */
const keptChecksums = 16;

/** What outlives the agent: by it a file is known to be ours. */
export interface NodeConfigRecord {
  readonly primary: KnownPrimary | undefined;
  /** SHA-256 of what was written, newest first. */
  readonly checksums: readonly string[];
}

/** Reads the record; one that is not there or broken is empty: what it knew is then taken for somebody else's. */
export function readRecord(cniDir: string): NodeConfigRecord {
  const record = tryParseJsonObject(textAt(recordPath(cniDir)));
  const checksums: readonly unknown[] = Array.isArray(record?.checksums) ? record.checksums : [];
  return {
    primary: readPrimary(record?.primary),
    checksums: checksums.filter((entry) => typeof entry === "string"),
  };
}

function readPrimary(value: unknown): KnownPrimary | undefined {
  if (!isJsonObject(value)) return undefined;
  const { path, name, type } = value;
  if (typeof path !== "string" || typeof name !== "string" || typeof type !== "string") return undefined;
  return { path, name, type };
}

/** The record once `rendered` is written. */
export function withWritten(
  { checksums, primary }: NodeConfigRecord,
  rendered: RenderedConfig,
  chosen: KnownPrimary | undefined,
): NodeConfigRecord {
  const sum = checksum(rendered.text);
  const others = checksums.filter((other) => other !== sum);
  return { primary: chosen ?? primary, checksums: [sum, ...others].slice(0, keptChecksums) };
}

/** Whether a text was written by an agent that kept this record. */
export function isRecorded({ checksums }: NodeConfigRecord, text: string): boolean {
  return checksums.includes(checksum(text));
}

/** Writes the record. Throws a CniError (code 5). */
export function writeRecord(cniDir: string, record: NodeConfigRecord): void {
  const path = recordPath(cniDir);
  try {
    removeAbandonedTemporaries(makeStateFolder(cniDir));
    writeAtomically({
      path,
      text: `${JSON.stringify({ schemaVersion: 1, ...record })}\n`,
      mode: 0o600,
      durable: true,
    });
  } catch (error) {
    throw fileFailure("writing the record of the node's Multus configuration", path, error);
  }
}

function recordPath(cniDir: string): string {
  return `${cniDir}/plures/node-config.json`;
}

function textAt(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
