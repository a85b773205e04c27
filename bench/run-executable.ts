// SPDX-License-Identifier: Apache-2.0

/** An executable with what a container runtime gives it. */
export interface Executable {
  readonly path: string;
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string;
}

/**
 * Runs it to its end and gives its standard output. Does no more than spawn and wait, for all that it does is
 * measured. Throws an Error with what it said when it fails.
 */
export async function runExecutable({ path, args = [], environment, stdin }: Executable): Promise<string> {
  const child = Bun.spawn([path, ...args], {
    env: environment,
    stdin: Buffer.from(stdin),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, exitCode] = await Promise.all([child.stdout.text(), child.exited]);
  if (exitCode === 0) return stdout;
  const said = `${stdout}${await child.stderr.text()}`.trim();
  throw new Error(`${environment.CNI_COMMAND ?? "run"} of ${path}: exit code ${exitCode}: ${said}`);
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
