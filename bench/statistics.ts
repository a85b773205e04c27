// SPDX-License-Identifier: Apache-2.0

/** What is told of many measurements of one thing. */
export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
}

/** Median and 95th percentile, in the unit of `values`, to two decimals. Throws an Error for no values. */
export function summarize(values: readonly number[]): Summary {
  return {
    count: values.length,
    median: round(percentile(values, 0.5)),
    p95: round(percentile(values, 0.95)),
  };
}

/**
 * The value below which `share` (0 to 1) of `values` lie, between two neighbours in proportion. Throws an
 * Error for no values.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new Error("a percentile of no values was asked for");
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * The median of how many times the n-th of `values` is the n-th of `others`: what was measured next to each
 * other is compared, so that whatever else the machine did for a while counts on both sides. Throws an Error
 * for no pairs.
 */
export function medianRatio(values: readonly number[], others: readonly number[]): number {
  const ratios = values.flatMap((value, index) => {
    const other = others[index];
    return other === undefined ? [] : [value / other];
  });
  return round(percentile(ratios, 0.5));
}

/** To two decimals: what is measured here is not known better. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
