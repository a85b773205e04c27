// SPDX-License-Identifier: Apache-2.0
import { dirname } from "node:path";
import { type Answer, runCniPlugin, type UnansweredRequest } from "../../shim/main.ts";

/** The executable `plures`, which would go on by itself, here the stand-in of a stage. */
const [, , executable = ""] = process.argv;

/**
 * The TypeScript shim as a program of its own: where it would go on without the agent, it starts an
 * executable beside it, as the C one does, so that one suite sees what both do.
 */
async function startBeside({ outcome, stdin, isHalfDone }: UnansweredRequest): Promise<Answer> {
  const child = Bun.spawn([executable, "cni", isHalfDone ? "--take-back" : "--alone", outcome.reason], {
    env: process.env,
    stdio: [Buffer.from(stdin), "pipe", "inherit"],
  });
  const stdout = await new Response(child.stdout).text();
  return { stdout, exitCode: await child.exited };
}

process.argv.splice(2, 1);
runCniPlugin(startBeside, dirname(executable)).then((exitCode) => process.exit(exitCode));
