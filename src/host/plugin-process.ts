// SPDX-License-Identifier: Apache-2.0
import { createLeash } from "./leash.ts";
import { createOutputPipe } from "./plugin-output.ts";
import { whyNotRunnable } from "./why-not-runnable.ts";

/** How a plugin ended. */
export type ProcessEnd = { readonly exitCode: number } | { readonly signal: string };

/** A plugin that has been started, in a process group of its own. */
export interface PluginProcess {
  readonly outputs: readonly [stdout: ReadableStream<Uint8Array>, stderr: ReadableStream<Uint8Array>];
  /** Resolves when the plugin itself ends; what it started may live on. */
  readonly exited: Promise<ProcessEnd>;
  /** Sends a signal to everything in the group; fine when nobody is left. */
  signalGroup(signal: "SIGTERM" | "SIGKILL"): void;
  /** Gives pipes and leash back, once per process. */
  close(): void;
}

/** What to start. */
export interface PluginStart {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly debug: (reason: string) => void;
}

/** Starts a plugin; gives the reason, as words that follow "because", when the kernel refuses to. */
export function startPlugin(start: PluginStart): PluginProcess | { readonly refused: string } {
  const leash = createLeash(start.debug);
  const pipes = [createOutputPipe(), createOutputPipe()] as const;
  const release = (): void => {
    leash?.release();
    for (const pipe of pipes) pipe?.closeReader();
  };
  try {
    const child = Bun.spawn({
      cmd: [start.path],
      env: start.environment,
      detached: true,
      // A buffer becomes a file in memory: a plugin that does not read its input cannot break a pipe of ours.
      stdio: [
        Buffer.from(start.stdin),
        pipes[0]?.writer ?? "pipe",
        pipes[1]?.writer ?? "pipe",
        ...(leash === undefined ? [] : [leash.descriptor]),
      ],
    });
    leash?.tie(child.pid);
    return {
      outputs: [pipes[0]?.stream() ?? streamOf(child.stdout), pipes[1]?.stream() ?? streamOf(child.stderr)],
      exited: child.exited.then(() => endOf(child)),
      signalGroup: (signal) => signalGroup(child.pid, signal),
      close: release,
    };
  } catch (error) {
    release();
    return { refused: whyNotRunnable(start.path, "deep") ?? messageOf(error) };
  } finally {
    for (const pipe of pipes) pipe?.closeWriter();
  }
}

/** After a signal Bun has both: the name of the signal, and 128 and its number as the exit code. */
function endOf(child: Pick<Bun.Subprocess, "exitCode" | "signalCode">): ProcessEnd {
  if (child.signalCode !== null) return { signal: String(child.signalCode) };
  return { exitCode: child.exitCode ?? 0 };
}

function streamOf(output: ReadableStream<Uint8Array> | number | undefined): ReadableStream<Uint8Array> {
  return output instanceof ReadableStream ? output : (new Response("").body ?? new ReadableStream());
}

function signalGroup(processGroup: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-processGroup, signal);
  } catch {
    // ESRCH: all of them have ended already.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
