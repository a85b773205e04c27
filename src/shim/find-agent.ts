// SPDX-License-Identifier: Apache-2.0
import { statSync } from "node:fs";
import { isJsonObject } from "../cni/index.ts";
// Of the protocol no more than this: most of a start is loading.
import { defaultSocketDir, socketPathIn } from "../protocol/limits.ts";

/** What a shim takes from the configuration; the agent, or the plugin alone, reads it in earnest. */
export interface ShimSettings {
  readonly socketDir: string;
  /** How long the shim waits for the agent's answer. */
  readonly patienceMs: number;
}

const defaultDeadlineSeconds = 220;

/** An agent gives up at the deadline, and then takes back what it did. */
const undoGraceMs = 15_000;

/** Reads `text`, the configuration, as far as a shim needs it; whatever is wrong with it has its default. */
export function shimSettings(text: string): ShimSettings {
  const valueAt = lenientReader(text);
  const socketDir = valueAt("daemonsocketdir");
  const seconds = valueAt("deadlineseconds");
  const deadlineSeconds = typeof seconds === "number" && seconds > 0 ? seconds : defaultDeadlineSeconds;
  return {
    socketDir: typeof socketDir === "string" && socketDir !== "" ? socketDir : defaultSocketDir,
    patienceMs: Math.min(deadlineSeconds * 1000 + undoGraceMs, 2 ** 31 - 1),
  };
}

/** Values by key, in whatever case the key is written. */
function lenientReader(text: string): (key: string) => unknown {
  try {
    const object: unknown = JSON.parse(text);
    const entries = isJsonObject(object) ? Object.entries(object) : [];
    const byKey = new Map(entries.map(([key, value]) => [key.toLowerCase(), value]));
    return (key) => byKey.get(key);
  } catch {
    return () => undefined;
  }
}

/** Bits of a mode that let others than the owner write. */
export const othersMayWrite = 0o022;

/** Whether root or we ourselves own something. */
export function isTrustedOwner(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

/**
 * Why the socket in `socketDir` is not used, as words that follow "because"; undefined when it may be.
 * Whoever can put a socket there can have plugins run as root.
 */
export function whyNoAgent(socketDir: string): string | undefined {
  const socket = socketPathIn(socketDir);
  try {
    if (!socketDir.startsWith("/")) return `"${socketDir}" is no whole path`;
    if (statSync(socket, { throwIfNoEntry: false })?.isSocket() !== true)
      return `there is no socket ${socket}`;
    const { uid, mode } = statSync(socketDir);
    if (!isTrustedOwner(uid)) return `${socketDir} belongs to user ${uid}, not to root`;
    return (mode & othersMayWrite) === 0 ? undefined : `others than its owner may write to ${socketDir}`;
  } catch (error) {
    return `${socket} cannot be looked at (${error instanceof Error ? error.message : String(error)})`;
  }
}
