// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { isJsonObject } from "../cni/index.ts";
import type { Log } from "../verbs/ports.ts";
import { removeAbandonedTemporaries, writeAtomically } from "./atomic-write.ts";
import { folderOf } from "./path-parts.ts";
import { makePrivateFolder } from "./private-folder.ts";

/** An executable as it is now; `fingerprint` changes when it is replaced. */
export interface Executable {
  readonly path: string;
  readonly fingerprint: string;
}

/** Which versions executables speak. */
export interface VersionMemory {
  /**
   * What is known of `executable`, else what `ask` finds out, which is remembered; questions about the same
   * one at the same time are one question. undefined when `ask` got no usable answer.
   */
  versionsOf(
    executable: Executable,
    ask: () => Promise<readonly string[] | undefined>,
  ): Promise<readonly string[] | undefined>;
}

/** What the memory file holds of one executable. */
interface Remembered {
  readonly fingerprint: string;
  readonly versions: readonly string[];
}

type Memory = Map<string, Remembered>;

/**
 * A memory that is kept in `file`, for all processes; without one it lasts as long as this process. A file
 * that cannot be read or written costs time, never a failure.
 */
export function openVersionMemory({
  file,
  log,
}: {
  readonly file: string | undefined;
  readonly log: Log;
}): VersionMemory {
  let memory: Memory | undefined;
  const asking = new Map<string, Promise<readonly string[] | undefined>>();
  const askAndRemember = async (
    { path, fingerprint }: Executable,
    ask: () => Promise<readonly string[] | undefined>,
  ) => {
    const versions = await ask();
    if (versions === undefined) return undefined;
    remember({ file, path, entry: { fingerprint, versions }, log });
    memory?.set(path, { fingerprint, versions });
    return versions;
  };
  const versionsOf: VersionMemory["versionsOf"] = async (executable, ask) => {
    memory ??= readMemory(file);
    const known = memory.get(executable.path);
    if (known?.fingerprint === executable.fingerprint) return known.versions;
    const key = `${executable.path} ${executable.fingerprint}`;
    const underWay = asking.get(key);
    if (underWay !== undefined) {
      // Who asks may be stopped, or its host gone: that is no answer for somebody else.
      return (await underWay) ?? (await versionsOf(executable, ask));
    }
    const own = askAndRemember(executable, ask).finally(() => asking.delete(key));
    asking.set(key, own);
    return own;
  };
  return { versionsOf };
}

function readMemory(file: string | undefined): Memory {
  const memory: Memory = new Map();
  if (file === undefined) return memory;
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    for (const [path, entry] of Object.entries(isJsonObject(content) ? content : {})) {
      if (isRemembered(entry)) memory.set(path, entry);
    }
  } catch {
    // Absent, unreadable or broken: ask again, and write it anew.
  }
  return memory;
}

function isRemembered(entry: unknown): entry is Remembered {
  if (!isJsonObject(entry)) return false;
  const { fingerprint, versions } = entry;
  return (
    typeof fingerprint === "string" &&
    Array.isArray(versions) &&
    versions.every((version) => typeof version === "string")
  );
}

function remember(what: {
  readonly file: string | undefined;
  readonly path: string;
  readonly entry: Remembered;
  readonly log: Log;
}): void {
  const { file, path, entry, log } = what;
  if (file === undefined) return;
  try {
    makePrivateFolder(folderOf(file));
    removeAbandonedTemporaries(folderOf(file));
    // Read again, for another process may have learned something; of two that write at once, one asks again
    // later.
    const memory = readMemory(file).set(path, entry);
    const text = JSON.stringify(Object.fromEntries(memory));
    writeAtomically({ path: file, text, mode: 0o600, durable: false });
  } catch (error) {
    log("debug", "the versions of a plugin cannot be remembered", { file, error });
  }
}
