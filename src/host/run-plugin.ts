// SPDX-License-Identifier: Apache-2.0
import type { CniVerb, PluginEnding, PluginInvocation } from "../cni/index.ts";
import type { Log, PluginRunner, PluginRunOptions } from "../verbs/ports.ts";
import { findPlugin } from "./plugin-lookup.ts";
import { startPlugin } from "./plugin-process.ts";
import { createVersionMemory } from "./plugin-versions.ts";
import { watchPlugin } from "./watch-plugin.ts";

/** What a runner needs to know; only the deadline has no default. */
export interface PluginRunnerOptions {
  /** Milliseconds that are left for a run of this verb; asked anew for each run. */
  readonly deadline: (verb: CniVerb) => number;
  /** Ends what runs, and lets nothing start any more. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes of standard output and standard error together; 1 MiB by default. */
  readonly maxOutputBytes?: number;
  /** Milliseconds between SIGTERM and SIGKILL; 2000 by default. */
  readonly graceMs?: number;
  /** Where VERSION answers are remembered; without it each process asks anew. */
  readonly versionsFile?: string | undefined;
  /** What plugins see besides `CNI_*`: our own environment by default, as under libcni. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly log?: Log;
}

type Settings = ReturnType<typeof withDefaults>;

/** The runner of this host's CNI plugins. */
export function createPluginRunner(options: PluginRunnerOptions): PluginRunner {
  const settings = withDefaults(options);
  const run = (invocation: PluginInvocation, { signal }: PluginRunOptions = {}) =>
    runPlugin(invocation, { ...settings, signal: eitherOf(settings.signal, signal) });
  const memory = createVersionMemory({ file: options.versionsFile, run, log: settings.log });
  return { run, whyNotRunnable: lookUp, supportedVersions: memory.supportedVersions };
}

/** A signal that comes when one of the two does. */
function eitherOf(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other]);
}

async function lookUp(plugin: string, searchDirs: readonly string[]): Promise<PluginEnding | undefined> {
  const found = findPlugin(plugin, searchDirs);
  return found.kind === "found" ? undefined : found;
}

function withDefaults(options: PluginRunnerOptions) {
  return {
    deadline: options.deadline,
    signal: options.signal,
    maxOutputBytes: options.maxOutputBytes ?? 1024 * 1024,
    graceMs: options.graceMs ?? 2000,
    environment: options.environment ?? process.env,
    log: options.log ?? (() => {}),
  };
}

async function runPlugin(invocation: PluginInvocation, settings: Settings): Promise<PluginEnding> {
  const found = findPlugin(invocation.plugin, invocation.searchDirs);
  if (found.kind !== "found") return found;
  const { path } = found;
  const notRun = { path, stdout: "", stderr: "", milliseconds: 0 };
  if (settings.signal?.aborted === true) return { kind: "cancelled", ...notRun };
  const deadlineMs = Math.round(settings.deadline(invocation.verb));
  if (deadlineMs <= 0) return { kind: "timed-out", afterMs: 0, ...notRun };

  const startedAt = performance.now();
  const plugin = startPlugin({
    path,
    environment: environmentOf(invocation, settings.environment),
    stdin: invocation.stdin,
    debug: (reason) => settings.log("debug", "a plugin runs without leash", { plugin: path, reason }),
  });
  if ("refused" in plugin) return { kind: "not-runnable", path, reason: plugin.refused };
  const { stopped, end, stdout, stderr } = await watchPlugin(plugin, { ...settings, deadlineMs });
  const milliseconds = Math.round((performance.now() - startedAt) * 10) / 10;
  const ran = { path, stdout, stderr, milliseconds };
  if (stopped === "timed-out") return { kind: stopped, afterMs: deadlineMs, ...ran };
  if (stopped === "too-much-output") return { kind: stopped, limitBytes: settings.maxOutputBytes, ...ran };
  if (stopped === "cancelled") return { kind: stopped, ...ran };
  return "signal" in end ? { kind: "signalled", ...end, ...ran } : { kind: "exited", ...end, ...ran };
}

/** Of our environment everything but `CNI_*`: what our own caller said to us is not meant for a delegate. */
function environmentOf(
  invocation: PluginInvocation,
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !name.startsWith("CNI_")) environment[name] = value;
  }
  return Object.assign(environment, invocation.environment);
}
