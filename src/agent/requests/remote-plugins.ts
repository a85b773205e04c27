// SPDX-License-Identifier: Apache-2.0
import { constants } from "node:os";
import type { CniVerb, PluginEnding, PluginInvocation } from "../../cni/index.ts";
import { askVersions } from "../../host/plugin-versions.ts";
import type { VersionMemory } from "../../host/version-memory.ts";
import { limits, type StepEnding } from "../../protocol/index.ts";
import type { PluginRunner } from "../../verbs/index.ts";
import type { Hands } from "./hands.ts";

export interface RemotePluginsOptions {
  readonly hands: Hands;
  /** Milliseconds that are left for a run of this verb; asked anew for each run. */
  readonly deadline: (verb: CniVerb) => number;
  /** Ends what runs, and lets nothing start any more. */
  readonly signal: AbortSignal;
  /**
   * The folders that are asked for; others, such as those of an old plan, are left out. Which of them are
   * plugin folders of the host the shim knows, and says what to do about one that is not.
   */
  readonly allowedDirs: readonly string[];
  /** Of the agent: all connections of a node share it. */
  readonly memory: VersionMemory;
  /** Told of every run that ended. */
  readonly ran?: (invocation: PluginInvocation, ending: PluginEnding) => void;
}

/** Timeouts travel as 32 bits; this is three weeks. */
const longestTimeoutMs = 2 ** 31 - 1;

/** The plugins of the host that lends its hands. Plugins are looked at once per connection. */
export function createRemotePlugins(options: RemotePluginsOptions): PluginRunner {
  const { hands, memory } = options;
  const allowed = (dirs: readonly string[]) => dirs.filter((dir) => options.allowedDirs.includes(dir));
  const looks = new Map<string, Promise<StepEnding>>();
  const look = (plugin: string, dirs: readonly string[]): Promise<StepEnding> => {
    const searchDirs = allowed(dirs);
    const key = [plugin, ...searchDirs].join("\0");
    const looked = looks.get(key) ?? hands.look(plugin, searchDirs);
    looks.set(key, looked);
    return looked;
  };
  const run: PluginRunner["run"] = async (invocation, { signal } = {}) => {
    const either = signal === undefined ? options.signal : AbortSignal.any([options.signal, signal]);
    const searchDirs = allowed(invocation.searchDirs);
    // A plugin starts others from there, so the shim allows no other folder in it either.
    const environment = { ...invocation.environment, CNI_PATH: searchDirs.join(":") };
    const lent = { ...invocation, searchDirs, environment };
    const ending = await runOnce(lent, { ...options, signal: either });
    options.ran?.(invocation, ending);
    return ending;
  };
  const identify = async (plugin: string, searchDirs: readonly string[]) => {
    const { kind, path, output } = await look(plugin, searchDirs);
    return kind === "found" ? { path, fingerprint: textOf(output) } : undefined;
  };
  return {
    run,
    whyNotRunnable: async (plugin, searchDirs) => {
      const looked = await look(plugin, searchDirs);
      return looked.kind === "found" ? undefined : notStarted(looked, plugin, allowed(searchDirs));
    },
    ...askVersions({ memory, identify, run }),
  };
}

async function runOnce(
  invocation: PluginInvocation,
  { hands, deadline, signal }: RemotePluginsOptions,
): Promise<PluginEnding> {
  const { plugin, searchDirs, verb } = invocation;
  const notRun = { path: plugin, stdout: "", stderr: "", milliseconds: 0 };
  if (signal.aborted) return { kind: "cancelled", ...notRun };
  const timeoutMs = Math.min(Math.round(deadline(verb)), longestTimeoutMs);
  if (timeoutMs <= 0) return { kind: "timed-out", afterMs: 0, ...notRun };
  try {
    const environment = Object.entries(invocation.environment).map(([name, value]) => `${name}=${value}`);
    const stdin = new TextEncoder().encode(invocation.stdin);
    const step = { timeoutMs, plugin, searchDirs, environment, stdin };
    return toPluginEnding(await hands.run(step, signal), { plugin, searchDirs, timeoutMs });
  } catch (error) {
    if (signal.aborted) return { kind: "cancelled", ...notRun };
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "not-runnable", path: plugin, reason };
  }
}

interface AskedRun {
  readonly plugin: string;
  readonly searchDirs: readonly string[];
  readonly timeoutMs: number;
}

function toPluginEnding(ending: StepEnding, { plugin, searchDirs, timeoutMs }: AskedRun): PluginEnding {
  const { kind, number } = ending;
  const ran = {
    path: ending.path === "" ? plugin : ending.path,
    stdout: textOf(ending.output),
    stderr: textOf(ending.errors),
    milliseconds: Math.round(ending.microseconds / 100) / 10,
  };
  if (kind === "exited") return { kind, exitCode: number, ...ran };
  if (kind === "signalled") return { kind, signal: signalName(number), ...ran };
  if (kind === "timed-out") return { kind, afterMs: timeoutMs, ...ran };
  if (kind === "too-much-output") return { kind, limitBytes: limits.outputBytes, ...ran };
  if (kind === "stopped") return { kind: "cancelled", ...ran };
  return notStarted(ending, plugin, searchDirs);
}

/** Why a plugin could not be started, from the ending of a run or a look. */
function notStarted(
  { kind, path, errors }: StepEnding,
  plugin: string,
  searchDirs: readonly string[],
): PluginEnding {
  if (kind === "not-found") return { kind, searched: searchDirs.filter((dir) => dir !== "") };
  const reason = kind === "refused" ? `the host does not allow it: ${textOf(errors)}` : textOf(errors);
  return { kind: "not-runnable", path: path === "" ? plugin : path, reason };
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
