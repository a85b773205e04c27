// SPDX-License-Identifier: Apache-2.0
import { isatty } from "node:tty";
import { runCommandLine } from "./command-line.ts";
import { commands } from "./commands.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { createOutput } from "./output.ts";
import { createStreamWriter } from "./stream-writer.ts";

/** The command line tool: runs `args` and gives the exit code once everything is written. */
export async function runCli(args: readonly string[]): Promise<ExitCode> {
  const out = createStreamWriter(1);
  const err = createStreamWriter(2);
  const streams = { writeOut: out.write, writeError: err.write };
  const exitCode = await runCommandLine(args, {
    ...streams,
    commands,
    helpWidth: 100,
    outputFor: (format) =>
      createOutput({
        ...streams,
        format,
        isTerminal: isatty(1),
        environment: process.env,
        now: () => performance.now(),
      }),
  });
  const failure = out.failure();
  if (failure === undefined) return exitCode;
  err.write(`error: writing to standard output: ${failure.message}\n`);
  return exitCodes.internalError;
}
