// SPDX-License-Identifier: Apache-2.0
import { readFileSync, realpathSync, statSync } from "node:fs";
import { isJsonObject, type PluginEnding, type PluginInvocation, parseVersionAnswer } from "../cni/index.ts";
import type { Log, PluginRunner } from "../verbs/ports.ts";
import { removeAbandonedTemporaries, writeAtomically } from "./atomic-write.ts";
import { folderOf } from "./path-parts.ts";
import { findPlugin } from "./plugin-lookup.ts";
import { makePrivateFolder } from "./private-folder.ts";

/** What the memory file holds of one executable; `fingerprint` changes when the executable is replaced. */
interface Remembered {
  readonly fingerprint: string;
  readonly versions: readonly string[];
}

type Memory = Map<string, Remembered>;

/**
 * Asks plugins for their versions, each executable once: the answers are kept in `file`, for all processes,
 * and by the real path. A file that cannot be read or written costs time, never a failure.
 */
export function createVersionMemory(options: {
  readonly file: string | undefined;
  readonly run: (invocation: PluginInvocation) => Promise<PluginEnding>;
  readonly log: Log;
}): Pick<PluginRunner, "supportedVersions"> {
  const { file, run, log } = options;
  let memory: Memory | undefined;
  const asking = new Map<string, Promise<readonly string[] | undefined>>();

  const askAndRemember = async (path: string, ask: PluginInvocation, fingerprint: string) => {
    const ending = await run(ask);
    const versions = ending.kind === "exited" ? parseVersionAnswer(ending.stdout) : undefined;
    if (versions === undefined) return undefined;
    remember({ file, path, entry: { fingerprint, versions }, log });
    memory?.set(path, { fingerprint, versions });
    return versions;
  };

  const supportedVersions = async (plugin: string, searchDirs: readonly string[]) => {
    const found = findPlugin(plugin, searchDirs);
    const executable = found.kind === "found" ? identify(found.path) : undefined;
    if (executable === undefined) return undefined;
    const { path, fingerprint } = executable;
    memory ??= readMemory(file);
    const known = memory.get(path);
    if (known?.fingerprint === fingerprint) return known.versions;
    const key = `${path} ${fingerprint}`;
    const underWay =
      asking.get(key) ?? askAndRemember(path, versionInvocation(plugin, searchDirs), fingerprint);
    asking.set(key, underWay);
    return await underWay.finally(() => asking.delete(key));
  };
  return { supportedVersions };
}

/** VERSION needs no parameters, but plugins built with an old libcni ask for all of them first. */
function versionInvocation(plugin: string, searchDirs: readonly string[]): PluginInvocation {
  return {
    verb: "VERSION",
    plugin,
    searchDirs,
    environment: {
      CNI_COMMAND: "VERSION",
      CNI_CONTAINERID: "dummy",
      CNI_NETNS: "dummy",
      CNI_IFNAME: "dummy",
      CNI_PATH: searchDirs.join(":"),
    },
    stdin: '{"cniVersion":"1.1.0"}',
  };
}

function identify(found: string): { readonly path: string; readonly fingerprint: string } | undefined {
  try {
    const path = realpathSync(found);
    const { size, mtimeMs, ino } = statSync(path);
    return { path, fingerprint: `${size}-${mtimeMs}-${ino}` };
  } catch {
    // Taken away in this very moment.
    return undefined;
  }
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
