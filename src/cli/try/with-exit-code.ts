// SPDX-License-Identifier: Apache-2.0
import { CniError } from "../../cni/index.ts";
import { CommandFailure } from "../command-failure.ts";
import type { ExitCode } from "../exit-codes.ts";

interface ExitPlace {
  readonly exitCode: ExitCode;
  /** A file for one; it comes before the sentence. */
  readonly place?: string;
}

/** Gives back what `act` does; a CniError of it becomes the command's failure with this exit code. */
export function withExitCode<T>(at: ExitPlace, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw withCode(at, cause);
  }
}

/** As `withExitCode`, for work that takes its time. */
export async function eventuallyWithExitCode<T>(at: ExitPlace, act: () => Promise<T>): Promise<T> {
  return act().catch((cause) => Promise.reject(withCode(at, cause)));
}

function withCode({ exitCode, place }: ExitPlace, cause: unknown): unknown {
  if (!(cause instanceof CniError)) return cause;
  const message = place === undefined ? cause.message : `${place}: ${cause.message}`;
  const hint = cause.hint === undefined ? {} : { hint: cause.hint };
  return new CommandFailure(exitCode, message, { ...hint, cause });
}
