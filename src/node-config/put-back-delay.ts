// SPDX-License-Identifier: Apache-2.0

/** What happened longer ago is forgotten. */
const rememberedMs = 10 * 60_000;
const firstDelayMs = 500;
const longestDelayMs = 60_000;

/** From the third time on within ten minutes, somebody fights with us. */
const fightsFrom = 3;

/** What follows from how often our file had to be put back. */
export interface PutBackDelay {
  /** The times that still count, in milliseconds. */
  readonly remembered: readonly number[];
  /**
   * How long to wait now, in milliseconds: nothing at first, then twice as long each time, up to a minute.
   */
  readonly waitMs: number;
  readonly isContested: boolean;
}

/**
 * Whoever takes our file away gets it back, but never in a hot loop. `times` are those of the past, oldest
 * first.
 */
export function putBackDelay(times: readonly number[], now: number): PutBackDelay {
  const remembered = times.filter((time) => now - time < rememberedMs);
  const last = remembered.at(-1);
  const delay = Math.min(firstDelayMs * 2 ** (remembered.length - 1), longestDelayMs);
  return {
    remembered,
    waitMs: last === undefined ? 0 : Math.max(0, last + delay - now),
    isContested: remembered.length >= fightsFrom,
  };
}
