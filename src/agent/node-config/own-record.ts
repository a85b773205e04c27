// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { isJsonObject, tryParseJsonObject } from "../../cni/index.ts";
import { removeAbandonedTemporaries, writeAtomically } from "../../host/atomic-write.ts";
import { fileFailure } from "../../host/file-failure.ts";
import { makePrivateFolder } from "../../host/private-folder.ts";
import type { KnownPrimary, RenderedConfig } from "../../node-config/index.ts";

/** How many of our texts are recognised: what an agent before this one wrote is ours as well. */
const keptChecksums = 16;

/** When an agent started: a clock that nobody sets, and which boot it counts from. */
export interface AgentStart {
  readonly boot: string;
  /** Seconds since boot. */
  readonly uptime: number;
}

/** What outlives the agent: by it a file is known to be ours. */
export interface NodeConfigRecord {
  /** The agent that wrote it; of two agents on a node the younger one owns the file. */
  readonly owner: AgentStart | undefined;
  readonly primary: KnownPrimary | undefined;
  /** SHA-256 of what was written, newest first. */
  readonly checksums: readonly string[];
}

/**
 * Reads the record; one that is not there or broken is empty: what it knew is then taken for somebody else's.
 */
export function readRecord(cniDir: string): NodeConfigRecord {
  const record = tryParseJsonObject(textAt(recordPath(cniDir)));
  const checksums: readonly unknown[] = Array.isArray(record?.checksums) ? record.checksums : [];
  return {
    owner: readOwner(record?.owner),
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

function readOwner(value: unknown): AgentStart | undefined {
  if (!isJsonObject(value)) return undefined;
  const { boot, uptime } = value;
  return typeof boot === "string" && typeof uptime === "number" ? { boot, uptime } : undefined;
}

/** Now, as the start of an agent. */
export function startOfAgent(): AgentStart {
  const uptime = Number.parseFloat(textAt("/proc/uptime"));
  return {
    boot: textAt("/proc/sys/kernel/random/boot_id").trim(),
    uptime: Number.isNaN(uptime) ? 0 : uptime,
  };
}

/** Whether an agent that started after `own` has taken the file over. */
export function isHandedOver({ owner }: NodeConfigRecord, own: AgentStart): boolean {
  return owner !== undefined && owner.boot === own.boot && owner.uptime > own.uptime;
}

/** The record once an agent has put `rendered` in place. */
export function withWritten(
  { checksums, primary }: NodeConfigRecord,
  rendered: RenderedConfig,
  owner: AgentStart,
): NodeConfigRecord {
  const sum = checksum(rendered.text);
  const others = checksums.filter((other) => other !== sum);
  return { owner, primary, checksums: [sum, ...others].slice(0, keptChecksums) };
}

/** Whether a text was written by an agent that kept this record. */
export function isRecorded({ checksums }: NodeConfigRecord, text: string): boolean {
  return checksums.includes(checksum(text));
}

/** Writes the record. Throws a CniError (code 5). */
export function writeRecord(cniDir: string, record: NodeConfigRecord): void {
  const path = recordPath(cniDir);
  try {
    const folder = `${cniDir}/plures`;
    makePrivateFolder(folder);
    // Others write there, too, some with process numbers that mean nothing in our pod.
    removeAbandonedTemporaries(
      folder,
      readdirSync(folder).filter((name) => name.startsWith("node-config.json.")),
    );
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

/** SHA-256, in hexadecimal. */
export function checksum(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}
