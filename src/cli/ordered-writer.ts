// SPDX-License-Identifier: Apache-2.0
import type { BunFile } from "bun";

/** Text that goes to one stream, in order. */
export interface OrderedWriter {
  write(text: string): void;
  /** Resolves when all is written; rejects when something could not be, a closed pipe excepted. */
  flushed(): Promise<void>;
}

/** A writer to a stream of this process. `process.stdout` costs 3 ms of start time, and loses what a pipe
 *  has not taken yet when the process exits. */
export function createOrderedWriter(stream: BunFile): OrderedWriter {
  let last: Promise<unknown> = Promise.resolve();
  return {
    write: (text) => {
      last = last.then(() => Bun.write(stream, text));
    },
    flushed: async () => {
      await last.catch((error: unknown) => {
        if (!isClosedPipe(error)) throw error;
      });
    },
  };
}

/** `plures ... | head` ends reading early; that is no failure of ours. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
