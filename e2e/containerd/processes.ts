// SPDX-License-Identifier: Apache-2.0

/** How a program ended, with all it said. */
export interface Ending {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What every program of a test node gets; nothing of the test's own environment (proxies, tokens) reaches it.
 */
export const nodeEnvironment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
} as const;

/** Runs a program to its end. Rejects only when it cannot be started. */
export async function run(command: readonly string[], stdin = ""): Promise<Ending> {
  const child = Bun.spawn([...command], {
    env: nodeEnvironment,
    stdin: Buffer.from(stdin),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

/**
 * Runs a program that must succeed and gives its standard output; throws with its standard error otherwise.
 */
export async function runOrThrow(command: readonly string[], stdin = ""): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, stdin);
  if (exitCode !== 0)
    throw new Error(`running "${command.join(" ")}": exit code ${exitCode}, ${stderr.trim()}`);
  return stdout;
}

/**
 * Asks `condition` every 10 ms until it holds; throws, naming `what`, when it does not within `timeoutMs`.
 */
export async function waitUntil(
  what: string,
  condition: () => Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waiting ${timeoutMs} ms until ${what}: it did not happen`);
    await Bun.sleep(10);
  }
}
