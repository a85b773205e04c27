// SPDX-License-Identifier: Apache-2.0
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";

/** Signals by which a person, a terminal or a service ends us. */
export const endSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The end of a run that a signal cut short. */
export function interrupted(): CommandFailure {
  return new CommandFailure(exitCodes.couldNotLook, "interrupted before the end; everything was taken away", {
    hint: "run it again, and use --keep to have time to look",
  });
}
