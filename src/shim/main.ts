// SPDX-License-Identifier: Apache-2.0
import { writeFully } from "../host/index.ts";
import { answer } from "./answer.ts";
import { connect } from "./connect.ts";

/** Signals by which a runtime ends a plugin; SIGKILL needs no handler, the leash ends the delegates then. */
const endingSignals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** The CNI plugin: one call of a container runtime, answered on standard output. Gives the exit code. */
export async function runCniPlugin(): Promise<number> {
  const ended = new AbortController();
  for (const signal of endingSignals) process.once(signal, () => ended.abort());
  // Whoever starts us by hand is told what is missing, not kept waiting for input.
  const { stdout, exitCode } = await answer({
    environment: process.env,
    stdin: process.env.CNI_COMMAND === undefined ? "" : await readStdin(),
    connect: (config, request) => connect({ config, request, signal: ended.signal }),
  });
  writeFully(1, stdout);
  return exitCode;
}

/** A closed standard input has no configuration for us: the request then says so. */
async function readStdin(): Promise<string> {
  return Bun.stdin.text().catch(() => "");
}
