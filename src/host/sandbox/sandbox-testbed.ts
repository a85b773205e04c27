// SPDX-License-Identifier: Apache-2.0
import { enterSandbox } from "./index.ts";

export type TestUser = "root" | "nobody";

/** Tests run as root; this becomes a user without any rights. */
const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"];

/**
 * For tests: runs TypeScript (a file, or text after `-e`) with Bun in a sandbox that `user` makes, to its
 * end. Gives back what it printed; throws with what it complained of when it fails.
 */
export function runInSandbox(user: TestUser, program: readonly string[]): string {
  const { argv, environment } = enterSandbox({
    command: [process.execPath, ...program],
    root: user === "root",
  });
  return run([...(user === "root" ? [] : asNobody), ...argv], environment);
}

/** For tests: runs a command to its end, else as `runInSandbox`. */
export function run(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const env = { ...process.env, HOME: "/nonexistent", ...environment };
  const { exitCode, stdout, stderr } = Bun.spawnSync([...argv], { env });
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: exit code ${exitCode}: ${stderr}`);
  return stdout.toString();
}
