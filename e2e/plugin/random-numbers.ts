// SPDX-License-Identifier: Apache-2.0

/** Numbers that look like chance and come again with the same seed. */
export interface RandomNumbers {
  /** At least 0, less than `limit`. */
  below(limit: number): number;
  /** One of the list. */
  oneOf<T>(list: readonly T[]): T;
}

/** The numbers of a seed (mulberry32: 32 bits of state are plenty for a test). */
export function randomNumbers(seed: number): RandomNumbers {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    below: (limit) => next() * limit,
    oneOf: (list) => {
      const chosen = list[Math.floor(next() * list.length)];
      if (chosen === undefined) throw new RangeError("choosing one of an empty list");
      return chosen;
    },
  };
}
