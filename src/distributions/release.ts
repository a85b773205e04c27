// SPDX-License-Identifier: Apache-2.0

/** Numbers of a version such as `v1.31.2+k3s1`; its end is not looked at. */
interface Release {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The numbers of a version; undefined when it has none. */
export function parseRelease(text: string): Release | undefined {
  const match = /(?<![\d.])v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/**
 * Whether a version has what came into several minor releases at once, in `firsts` (one for each minor, in
 * order): later minors have it, earlier ones do not. Undefined when the version cannot be read.
 */
export function isSince(text: string, firsts: readonly string[]): boolean | undefined {
  const release = parseRelease(text);
  if (release === undefined) return undefined;
  const rows = firsts.flatMap((first) => parseRelease(first) ?? []);
  const own = rows.find(({ major, minor }) => major === release.major && minor === release.minor);
  if (own !== undefined) return release.patch >= own.patch;
  const newest = rows.at(-1);
  return newest !== undefined && compareMinors(release, newest) > 0;
}

function compareMinors(a: Release, b: Release): number {
  return a.major - b.major || a.minor - b.minor;
}
