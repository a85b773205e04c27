// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { isJsonObject } from "../cni/index.ts";
import { writeAtomically } from "./atomic-write.ts";

/** Enough for an update that was cut off, and for the versions that were tried before it. */
const remembered = 8;

/** Whether a file of these bytes was installed at `path` by us. */
export function isInstalledByUs(stateDir: string, path: string, digest: string): boolean {
  return digestsOf(readRecord(stateDir), path).includes(digest);
}

/** Remembers, durably, that these bytes are ours at `path`; the newest is first. */
export function rememberInstalled(stateDir: string, path: string, digest: string): void {
  const record = readRecord(stateDir);
  const others = digestsOf(record, path).filter((known) => known !== digest);
  const changed = { ...record, [path]: [digest, ...others].slice(0, remembered) };
  const text = `${JSON.stringify({ schemaVersion: 1, installed: changed }, undefined, 2)}\n`;
  writeAtomically({ path: recordFile(stateDir), text, mode: 0o600, durable: true });
}

const recordFile = (stateDir: string) => `${stateDir}/installed.json`;

function digestsOf(record: Readonly<Record<string, unknown>>, path: string): readonly string[] {
  const digests = record[path];
  return Array.isArray(digests) ? digests.filter((digest) => typeof digest === "string") : [];
}

/** A record that is missing or damaged knows nothing: what is there is then kept as somebody else's. */
function readRecord(stateDir: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(readFileSync(recordFile(stateDir), "utf8"));
    return isJsonObject(read) && isJsonObject(read.installed) ? read.installed : {};
  } catch {
    return {};
  }
}
