// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ApiFailure } from "./api-failure.ts";
import { defaultPace, watchDelay } from "./watch-pace.ts";

const refused: ApiFailure = { kind: "unreachable", reason: "refused", message: "" };
const gone: ApiFailure = { kind: "gone", message: "" };
const busy: ApiFailure = { kind: "too-many", retryAfterMs: 7_000, message: "" };
const denied: ApiFailure = { kind: "forbidden", message: "" };

test.each([
  { name: "the first failure", failure: refused, attempt: 1, least: 50, most: 100 },
  { name: "the fourth", failure: refused, attempt: 4, least: 400, most: 800 },
  { name: "after a night", failure: refused, attempt: 10_000, least: 15_000, most: 30_000 },
  { name: "410: list at once", failure: gone, attempt: 1, least: 0, most: 0 },
  { name: "410 again and again", failure: gone, attempt: 4, least: 200, most: 400 },
  { name: "Retry-After", failure: busy, attempt: 1, least: 7_000, most: 8_750 },
  { name: "a right that is missing", failure: denied, attempt: 1, least: 15_000, most: 30_000 },
])("$name", ({ failure, attempt, least, most }) => {
  const delays = [0, 0.5, 0.999].map((random) => watchDelay({ failure, attempt, random }, defaultPace));
  for (const delay of delays) {
    expect(delay).toBeGreaterThanOrEqual(least);
    expect(delay).toBeLessThanOrEqual(most);
  }
  if (most > 0) expect(new Set(delays).size).toBe(3);
});

test("there is always a next attempt, within the longest delay", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
      const delay = watchDelay({ failure: refused, attempt, random }, defaultPace);
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThanOrEqual(defaultPace.longestDelayMs);
    }),
  );
});
