// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import type { CniVerb } from "../../cni/index.ts";

/** One call of a fixture plugin, as it noted it. */
export interface PluginCallNote {
  readonly plugin: string;
  readonly verb: CniVerb;
  readonly containerId: string;
  readonly netns: string;
  readonly ifName: string;
  readonly args: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What the plugins noted in the file so far; nothing when there is none. */
export function readCallLog(callLog: string): readonly PluginCallNote[] {
  if (!existsSync(callLog)) return [];
  return readFileSync(callLog, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/**
 * Every fixture plugin in a configuration is told where to note its calls. A text that is no JSON, or says so
 * itself, stays as it is.
 */
export function withCallLog(text: string, callLog: string): string {
  if (text.includes("CALLS")) return text.replace("CALLS", callLog);
  try {
    return JSON.stringify(noting(JSON.parse(text), callLog));
  } catch {
    return text;
  }
}

function noting(value: unknown, callLog: string): unknown {
  if (Array.isArray(value)) return value.map((element) => noting(element, callLog));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, noting(inner, callLog)]);
  const object = Object.fromEntries(entries);
  return typeof object.type === "string" && object.type !== "multus" ? { ...object, callLog } : object;
}
