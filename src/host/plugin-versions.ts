// SPDX-License-Identifier: Apache-2.0
import { realpathSync, statSync } from "node:fs";
import { type PluginInvocation, parseVersionAnswer } from "../cni/index.ts";
import type { Log, PluginRunner } from "../verbs/ports.ts";
import { findPlugin } from "./plugin-lookup.ts";
import { type Executable, openVersionMemory, type VersionMemory } from "./version-memory.ts";

/** How versions of plugins are found out, wherever the plugins are. */
export interface VersionQuestion {
  readonly memory: VersionMemory;
  /** The executable that a run would start; undefined when there is none. */
  readonly identify: (plugin: string, searchDirs: readonly string[]) => Promise<Executable | undefined>;
  readonly run: PluginRunner["run"];
}

/** Asks plugins for their versions, each executable once. */
export function askVersions({
  memory,
  identify,
  run,
}: VersionQuestion): Pick<PluginRunner, "supportedVersions"> {
  return {
    supportedVersions: async (plugin, searchDirs) => {
      const executable = await identify(plugin, searchDirs);
      if (executable === undefined) return undefined;
      return memory.versionsOf(executable, async () => {
        const ending = await run(versionInvocation(plugin, searchDirs));
        return ending.kind === "exited" ? parseVersionAnswer(ending.stdout) : undefined;
      });
    },
  };
}

/**
 * Asks plugins of this host: the answers are kept in `file`, for all processes, and by the real path. A file
 * that cannot be read or written costs time, never a failure.
 */
export function createVersionMemory({
  file,
  run,
  log,
}: {
  readonly file: string | undefined;
  readonly run: PluginRunner["run"];
  readonly log: Log;
}): Pick<PluginRunner, "supportedVersions"> {
  const identify: VersionQuestion["identify"] = async (plugin, searchDirs) => {
    const found = findPlugin(plugin, searchDirs);
    return found.kind === "found" ? identifyExecutable(found.path) : undefined;
  };
  return askVersions({ memory: openVersionMemory({ file, log }), identify, run });
}

/** The real path of an executable and what changes when it is replaced; undefined when it is gone. */
export function identifyExecutable(found: string): Executable | undefined {
  try {
    const path = realpathSync(found);
    const { size, mtimeMs, ino } = statSync(path);
    return { path, fingerprint: `${size}-${mtimeMs}-${ino}` };
  } catch {
    // Taken away in this very moment.
    return undefined;
  }
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
