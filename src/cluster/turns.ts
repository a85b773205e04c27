// SPDX-License-Identifier: Apache-2.0

/** Runs pieces of work in the order of asking; a piece that fails does not stop the next. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes a queue of its own, which works on at most `width` pieces at a time. */
export function createTurns(width = 1): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  const begin = async (): Promise<void> => {
    if (running < width) running += 1;
    // Whoever ends hands its place on, so that nobody who asks later comes first.
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const end = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  return async (work) => {
    await begin();
    try {
      return await work();
    } finally {
      end();
    }
  };
}
