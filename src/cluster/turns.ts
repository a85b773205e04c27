// SPDX-License-Identifier: Apache-2.0

/** Runs one piece of work at a time, in the order of asking; a piece that fails does not stop the next. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes a queue of its own. */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
}
