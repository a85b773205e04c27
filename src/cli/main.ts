// SPDX-License-Identifier: Apache-2.0
import { runCommandLine } from "./command-line.ts";
import { commands } from "./commands.ts";
import type { ExitCode } from "./exit-codes.ts";
import { createOutput } from "./output.ts";

/** The command line tool: runs `args` and gives the exit code. */
export function runCli(args: readonly string[]): Promise<ExitCode> {
  const streams = {
    writeOut: (text: string) => void process.stdout.write(text),
    writeError: (text: string) => void process.stderr.write(text),
  };
  return runCommandLine(args, {
    ...streams,
    commands,
    helpWidth: process.stdout.columns ?? 100,
    outputFor: (format) =>
      createOutput({
        ...streams,
        format,
        isTerminal: process.stdout.isTTY === true,
        environment: process.env,
        now: () => performance.now(),
      }),
  });
}
