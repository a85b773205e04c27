// SPDX-License-Identifier: Apache-2.0
import { createBoundedOutput } from "./plugin-output.ts";
import type { PluginProcess, ProcessEnd } from "./plugin-process.ts";

/** Why we ended a plugin. */
export type StopReason = "timed-out" | "cancelled" | "too-much-output";

/** What a plugin may take. */
export interface PluginLimits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  /** Bytes of both outputs together. */
  readonly maxOutputBytes: number;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

/** How it went; `stopped` is undefined when the plugin ended by itself. */
export interface WatchedPlugin {
  readonly stopped: StopReason | undefined;
  readonly end: ProcessEnd;
  readonly stdout: string;
  readonly stderr: string;
}

/** Pipes that a grandchild holds never end; this is how long we wait for them once the plugin has ended. */
const lastWordsMs = 100;

/**
 * A process that hangs inside the kernel ends only when that call does; this is how long we wait after
 * SIGKILL.
 */
const unkillableMs = 1000;

/** Timers count in 31 bits and fire at once beyond. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Reads what a plugin says until it ends, and ends it when it takes too much: SIGTERM to its group, then
 * SIGKILL.
 */
export async function watchPlugin(plugin: PluginProcess, limits: PluginLimits): Promise<WatchedPlugin> {
  const stop = stopOnce(plugin, limits.graceMs);
  const output = createBoundedOutput(limits.maxOutputBytes, () => stop.because("too-much-output"));
  const [stdout, stderr] = [output.collect(plugin.outputs[0]), output.collect(plugin.outputs[1])];
  const cancel = (): void => stop.because("cancelled");
  limits.signal?.addEventListener("abort", cancel, { once: true });
  const deadline = setTimeout(() => stop.because("timed-out"), Math.min(limits.deadlineMs, longestTimerMs));

  const end = await Promise.race([plugin.exited, stop.unkillable]);
  clearTimeout(deadline);
  limits.signal?.removeEventListener("abort", cancel);
  const stopped = stop.finish();
  await atMost(lastWordsMs, Promise.all([stdout.ended, stderr.ended]));
  await output.stop();
  plugin.close();
  return { stopped, end, stdout: stdout.text(), stderr: stderr.text() };
}

function stopOnce(plugin: PluginProcess, graceMs: number) {
  let stopped: StopReason | undefined;
  const timers: Timer[] = [];
  const { promise: unkillable, resolve } = Promise.withResolvers<ProcessEnd>();
  const because = (reason: StopReason): void => {
    if (stopped !== undefined) return;
    stopped = reason;
    plugin.signalGroup("SIGTERM");
    timers.push(setTimeout(() => plugin.signalGroup("SIGKILL"), graceMs));
    timers.push(setTimeout(() => resolve({ signal: "SIGKILL" }), graceMs + unkillableMs));
  };
  const finish = (): StopReason | undefined => {
    for (const timer of timers) clearTimeout(timer);
    // What a stopped plugin had started must not go on without it; what others leave running is their
    // business.
    if (stopped !== undefined) plugin.signalGroup("SIGKILL");
    return stopped;
  };
  return { because, finish, unkillable };
}

async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
