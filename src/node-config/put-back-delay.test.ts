// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { putBackDelay } from "./put-back-delay.ts";

const minute = 60_000;

const rows: readonly {
  readonly what: string;
  readonly times: readonly number[];
  readonly now: number;
  readonly waitMs: number;
  readonly isContested: boolean;
}[] = [
  { what: "never before: at once", times: [], now: 5, waitMs: 0, isContested: false },
  { what: "once, just now", times: [1000], now: 1000, waitMs: 500, isContested: false },
  { what: "once, a while ago", times: [1000], now: 2000, waitMs: 0, isContested: false },
  { what: "twice", times: [0, 1000], now: 1100, waitMs: 900, isContested: false },
  { what: "three times is a fight", times: [0, 500, 1500], now: 1500, waitMs: 2000, isContested: true },
  {
    what: "at most a minute",
    times: [...Array(40).keys()],
    now: 40,
    waitMs: minute - 1,
    isContested: true,
  },
  {
    what: "ten minutes are forgotten",
    times: [0, 1, 2],
    now: 10 * minute + 1,
    waitMs: 0,
    isContested: false,
  },
];

test.each(rows)("$what", ({ times, now, waitMs, isContested }) => {
  expect(putBackDelay(times, now)).toMatchObject({ waitMs, isContested });
});

test("somebody who takes the file away at once, for a day, gets it back about once a minute", () => {
  let times: readonly number[] = [];
  let count = 0;
  for (let now = 0; now < 24 * 60 * minute; count++) {
    const { remembered, waitMs } = putBackDelay(times, now);
    now += waitMs;
    times = [...remembered, now];
  }
  expect(count).toBeGreaterThan(1400);
  expect(count).toBeLessThan(4000);
});
