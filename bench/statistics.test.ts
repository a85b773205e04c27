// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { medianRatio, percentile, summarize } from "./statistics.ts";

describe("percentile", () => {
  const rows: readonly [readonly number[], number, number][] = [
    [[7], 0.5, 7],
    [[7], 0.95, 7],
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 2, 3], 0.5, 2.5],
    [[10, 20], 0.95, 19.5],
    [Array.from({ length: 101 }, (_, index) => 100 - index), 0.95, 95],
    [[100, 9, 20], 0, 9],
    [[100, 9, 20], 1, 100],
  ];
  test.each(rows)("of %p at %p is %p", (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  test("of no values is an error", () => {
    expect(() => percentile([], 0.5)).toThrow("no values");
  });

  test("lies between the least and the greatest, grows with the share, and leaves the values as they are", () => {
    const values = fc.array(fc.integer(), { minLength: 1 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (list, one, other) => {
        const before = [...list];
        const [low, high] = [percentile(list, Math.min(one, other)), percentile(list, Math.max(one, other))];
        expect(low).toBeLessThanOrEqual(high + 1e-6);
        expect(low).toBeGreaterThanOrEqual(Math.min(...list));
        expect(high).toBeLessThanOrEqual(Math.max(...list));
        expect(list).toEqual(before);
      }),
    );
  });
});

describe("the median ratio", () => {
  const rows: readonly [readonly number[], readonly number[], number][] = [
    [[3], [2], 1.5],
    [[2, 20, 200], [1, 20, 400], 1],
    [[10, 33, 7], [10, 30], 1.05],
  ];
  test.each(rows)("of %p to %p is %p: that of the pairs", (values, others, expected) => {
    expect(medianRatio(values, others)).toBe(expected);
  });

  test("of no pairs is an error", () => {
    expect(() => medianRatio([1], [])).toThrow("no values");
  });
});

test("a summary counts, and rounds to two decimals", () => {
  expect(summarize([1.2345, 2.3456, 3.4567])).toEqual({ count: 3, median: 2.35, p95: 3.35 });
});
