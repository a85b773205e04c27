// SPDX-License-Identifier: Apache-2.0

/** A program that runs beside the measured ones. */
export interface StartedProgram {
  readonly pid: number;
  /** Ends it in order, and waits until it has ended; again is fine. */
  stop(): Promise<void>;
}

/**
 * Starts a program that prints a line once it is ready, and waits for that. Throws an Error when it ends
 * before.
 */
export async function startProgram(command: readonly string[]): Promise<StartedProgram> {
  const child = Bun.spawn([...command], { stdio: ["ignore", "pipe", "inherit"] });
  // However this program ends, but for SIGKILL, the other does not outlive it.
  process.once("exit", () => child.kill());
  const { done } = await child.stdout.getReader().read();
  if (done) throw new Error(`starting ${command.join(" ")}: exit code ${await child.exited}`);
  return {
    pid: child.pid,
    stop: async () => {
      child.kill();
      await child.exited;
    },
  };
}
