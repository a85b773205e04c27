// SPDX-License-Identifier: Apache-2.0
import type { ExitCode } from "./exit-codes.ts";

/**
 * An expected end of a command that is not a success: what to say, the way out, and with which code to exit.
 */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(exitCode: ExitCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = exitCode;
    this.hint = options.hint;
  }
}
