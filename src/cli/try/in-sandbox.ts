// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { createInterface } from "node:readline";
import { enterSandbox } from "../../host/sandbox/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { endSignals, interrupted } from "./interrupted.ts";
import type { TryPlan } from "./plan-try.ts";
import { withExitCode } from "./with-exit-code.ts";

/** What goes through the pipe into the sandbox, as one line of JSON. */
interface Message {
  readonly plan: TryPlan;
  readonly isRoot: boolean;
}

/**
 * Starts this program again, with the same arguments, in a sandbox, hands it `plan` and gives its exit code.
 * A signal that ends this one is handed on, and waited for: the one inside takes everything away. Throws a
 * CommandFailure (exit code 5) where this machine allows no sandbox.
 */
export async function runInSandbox(plan: TryPlan): Promise<ExitCode> {
  const isRoot = process.getuid?.() === 0;
  const { argv, environment } = withExitCode({ exitCode: exitCodes.couldNotLook }, () =>
    enterSandbox({ command: ownCommand(), root: isRoot }),
  );
  const inside = Bun.spawn([...argv], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "inherit", "inherit"],
  });
  // Ctrl-C in a terminal reaches both at once; what matters is that this one waits.
  const handOn = (signal: NodeJS.Signals): void => inside.kill(signal);
  for (const signal of endSignals) process.on(signal, handOn);
  const message: Message = { plan, isRoot };
  inside.stdin.write(`${JSON.stringify(message)}\n`);
  await inside.stdin.flush();
  // The pipe stays open: when it closes, this program has ended, and so does the one inside.
  await inside.exited;
  for (const signal of endSignals) process.off(signal, handOn);
  const code = Object.values(exitCodes).find((known) => known === inside.exitCode);
  if (code !== undefined) return code;
  // It had not come as far as to listen for signals, so it had made nothing yet that outlives it.
  if (endSignals.some((signal) => signal === inside.signalCode)) throw interrupted();
  const how = inside.signalCode ?? `exit code ${inside.exitCode}`;
  throw new CommandFailure(exitCodes.internalError, `the program in the sandbox ended with ${how}`);
}

/**
 * How this very program was started: a compiled executable has its sources inside, else Bun runs the main
 * file.
 */
function ownCommand(): readonly string[] {
  const args = process.argv.slice(2);
  return Bun.main.startsWith("/$bunfs/")
    ? [process.execPath, ...args]
    : [process.execPath, Bun.main, ...args];
}

/**
 * Inside: reads what `runInSandbox` wrote. The signal fires when somebody wants this to end, or when the
 * program outside is gone.
 */
export async function receivePlan(): Promise<Message & { readonly signal: AbortSignal }> {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  for (const signal of endSignals) process.on(signal, end);
  const lines = createInterface({ input: process.stdin });
  lines.once("close", end);
  const [line] = await once(lines, "line");
  const message: Message = JSON.parse(line);
  return { ...message, signal: controller.signal };
}
