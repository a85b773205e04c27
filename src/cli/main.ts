// SPDX-License-Identifier: Apache-2.0
import { isatty } from "node:tty";
import { runCommandLine } from "./command-line.ts";
import { commands } from "./commands.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { createOrderedWriter } from "./ordered-writer.ts";
import { createOutput } from "./output.ts";

/** The command line tool: runs `args` and gives the exit code once everything is written. */
export async function runCli(args: readonly string[]): Promise<ExitCode> {
  const out = createOrderedWriter(Bun.stdout);
  const err = createOrderedWriter(Bun.stderr);
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
  try {
    await out.flushed();
  } catch (error) {
    err.write(`error: writing to standard output: ${error instanceof Error ? error.message : error}\n`);
    await err.flushed();
    return exitCodes.internalError;
  }
  await err.flushed();
  return exitCode;
}
