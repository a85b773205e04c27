// SPDX-License-Identifier: Apache-2.0
import { CniError } from "../../cni/index.ts";
import { CommandFailure } from "../command-failure.ts";
import type { ExitCode } from "../exit-codes.ts";

/**
 * Gives back what `act` does; a CniError of it becomes the command's failure with this exit code. `place`, a
 * file for one, comes before the sentence.
 */
export function withExitCode<T>(
  { exitCode, place }: { readonly exitCode: ExitCode; readonly place?: string },
  act: () => T,
): T {
  try {
    return act();
  } catch (cause) {
    if (!(cause instanceof CniError)) throw cause;
    const message = place === undefined ? cause.message : `${place}: ${cause.message}`;
    const hint = cause.hint === undefined ? {} : { hint: cause.hint };
    throw new CommandFailure(exitCode, message, { ...hint, cause });
  }
}
