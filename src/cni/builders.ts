// SPDX-License-Identifier: Apache-2.0
import { CniError } from "./errors.ts";

/** The CniError that `run` throws; any other outcome is an Error. For tests. */
export function failureOf(run: () => unknown): CniError {
  try {
    run();
  } catch (error) {
    if (error instanceof CniError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
