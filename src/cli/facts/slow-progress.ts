// SPDX-License-Identifier: Apache-2.0
import type { Output } from "../output.ts";

/** What is being done, for those who wait. */
export interface SlowProgress {
  /** Begins something: "asking the API server". */
  say(what: string): void;
  /** Nothing is said any more. */
  end(): void;
}

/**
 * Progress that is told although nothing new begins: what still lasts after a second was begun when nobody
 * needed to know.
 */
export function createSlowProgress(output: Pick<Output, "progress">, quietMs = 1_000): SlowProgress {
  let lasting: string | undefined;
  const timer = setTimeout(() => {
    if (lasting !== undefined) output.progress(`${lasting} ...`);
  }, quietMs);
  return {
    say(what) {
      lasting = what;
      output.progress(`${what} ...`);
    },
    end: () => clearTimeout(timer),
  };
}
