// SPDX-License-Identifier: Apache-2.0
import { CniError, toCniError } from "../cni/index.ts";

/**
 * One error for several failures: the first one's code and sentence, all of them in the details. undefined
 * when there are none.
 */
export function joinFailures(failures: readonly unknown[]): CniError | undefined {
  const [first, ...others] = failures.map(toCniError);
  if (first === undefined || others.length === 0) return first;
  return withDetails(
    first,
    others.map((other) => `also failed: ${other.message}`),
  );
}

/** The error that ended ADD, with what could not be taken back added to its details: both survive. */
export function withUndoFailures(cause: unknown, undoFailures: readonly unknown[]): CniError {
  const error = toCniError(cause);
  if (undoFailures.length === 0) return error;
  return withDetails(
    error,
    undoFailures.map((failure) => `not taken back, left for DEL: ${toCniError(failure).message}`),
  );
}

function withDetails(error: CniError, lines: readonly string[]): CniError {
  const details = [error.details, ...lines].filter((line) => line !== undefined).join("\n");
  return new CniError(error.code, error.message, { hint: error.hint, details, cause: error.cause ?? error });
}
