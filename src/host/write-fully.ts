// SPDX-License-Identifier: Apache-2.0
import { writeSync } from "node:fs";

/** How long to wait before a reader that is slow is offered more. */
const retryMs = 1;

/**
 * Writes all of `text` to a descriptor before it returns. `Bun.write` to a standard output that is a regular
 * file writes at its beginning, over what others wrote; `process.stdout` loses what a pipe has not taken when
 * the process exits.
 */
export function writeFully(descriptor: number, text: string): void {
  let left = Buffer.from(text);
  while (left.length > 0) left = left.subarray(writeSome(descriptor, left));
}

function writeSome(descriptor: number, bytes: Buffer): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    // A pipe that whoever started us made non-blocking, and that is full.
    if (!(error instanceof Error) || !("code" in error) || error.code !== "EAGAIN") throw error;
    Bun.sleepSync(retryMs);
    return 0;
  }
}
