// SPDX-License-Identifier: Apache-2.0
import type { CniVerb, PluginEnding, PluginInvocation } from "../cni/index.ts";
import type { Log, PluginRunner } from "../verbs/ports.ts";
import { findPlugin } from "./plugin-lookup.ts";
import { createBoundedOutput } from "./plugin-output.ts";
import { type PluginProcess, startPlugin } from "./plugin-process.ts";
import { createVersionMemory } from "./plugin-versions.ts";

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
type StopReason = "timed-out" | "cancelled" | "too-much-output";

/** The runner of this host's CNI plugins. */
export function createPluginRunner(options: PluginRunnerOptions): PluginRunner {
  const settings = withDefaults(options);
  const run = (invocation: PluginInvocation) => runPlugin(invocation, settings);
  const memory = createVersionMemory({ file: options.versionsFile, run, log: settings.log });
  return { run, supportedVersions: memory.supportedVersions };
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
  const { stopped, end, stdout, stderr } = await watch(plugin, settings, deadlineMs);
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

/** Pipes that a grandchild holds never end; this is how long we wait for them once the plugin has ended. */
const lastWordsMs = 100;

/** Timers count in 31 bits and fire at once beyond. */
const longestTimerMs = 2 ** 31 - 1;

async function watch(plugin: PluginProcess, settings: Settings, deadlineMs: number) {
  let stopped: StopReason | undefined;
  let graceTimer: Timer | undefined;
  const stop = (reason: StopReason): void => {
    if (stopped !== undefined) return;
    stopped = reason;
    plugin.signalGroup("SIGTERM");
    graceTimer = setTimeout(() => plugin.signalGroup("SIGKILL"), settings.graceMs);
  };
  const output = createBoundedOutput(settings.maxOutputBytes, () => stop("too-much-output"));
  const [stdout, stderr] = [output.collect(plugin.outputs[0]), output.collect(plugin.outputs[1])];
  const cancel = (): void => stop("cancelled");
  settings.signal?.addEventListener("abort", cancel, { once: true });
  const deadline = setTimeout(() => stop("timed-out"), Math.min(deadlineMs, longestTimerMs));

  const end = await plugin.exited;
  clearTimeout(deadline);
  clearTimeout(graceTimer);
  settings.signal?.removeEventListener("abort", cancel);
  const reason = stopped;
  // What a stopped plugin had started must not go on without it; what others leave running is their business.
  if (reason !== undefined) plugin.signalGroup("SIGKILL");
  await atMost(lastWordsMs, Promise.all([stdout.ended, stderr.ended]));
  await output.stop();
  plugin.close();
  return { stopped: reason, end, stdout: stdout.text(), stderr: stderr.text() };
}

async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
