// SPDX-License-Identifier: Apache-2.0
import { writeFully } from "../host/index.ts";

/** Text that goes to one stream. */
export interface StreamWriter {
  /** Never throws: a command goes on although nobody can read what it says. */
  write(text: string): void;
  /**
   * Why something could not be written; undefined when all was, or when the reader went away early (`plures
   * ... | head`).
   */
  failure(): Error | undefined;
}

/**
 * A writer to a descriptor of this process. `process.stdout` costs 3 ms of start time, and loses what a pipe
 * has not taken yet when the process exits.
 */
export function createStreamWriter(descriptor: number): StreamWriter {
  let failure: Error | undefined;
  let isClosed = false;
  return {
    write: (text) => {
      if (isClosed) return;
      try {
        writeFully(descriptor, text);
      } catch (error) {
        isClosed = true;
        if (!isClosedPipe(error)) failure = error instanceof Error ? error : new Error(String(error));
      }
    },
    failure: () => failure,
  };
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
