// SPDX-License-Identifier: Apache-2.0
import { CniError } from "../cni/index.ts";

/** The CniError that `work` throws. Throws whatever else it throws, and an Error when it succeeds. */
export function cniErrorOf(work: () => unknown): CniError {
  try {
    work();
  } catch (error) {
    return mustBeCniError(error);
  }
  throw new Error("nothing was thrown");
}

/**
 * The CniError that `work` rejects with. Rejects with whatever else it rejects with, and an Error when it
 * succeeds.
 */
export async function cniRejectionOf(work: Promise<unknown>): Promise<CniError> {
  try {
    await work;
  } catch (error) {
    return mustBeCniError(error);
  }
  throw new Error("nothing was rejected");
}

function mustBeCniError(error: unknown): CniError {
  if (error instanceof CniError) return error;
  throw error;
}
