// SPDX-License-Identifier: Apache-2.0

/**
 * The one of `known` that was probably meant: at most a third of its letters have to be changed, added or
 * left out. undefined when nothing is near.
 */
export function nearestKey(written: string, known: readonly string[]): string | undefined {
  const distances = known.map((key) => ({
    key,
    distance: editDistance(written.toLowerCase(), key.toLowerCase()),
  }));
  return distances
    .filter(({ key, distance }) => distance <= Math.max(1, Math.floor(key.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)[0]?.key;
}

/** Levenshtein's, row by row. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
