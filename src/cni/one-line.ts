// SPDX-License-Identifier: Apache-2.0

/**
 * `text` as one line of at most `limit` characters: white space and control characters become single blanks,
 * what is too long ends in "...". For text that others wrote and that goes into one of our sentences.
 */
export function oneLine(text: string, limit: number): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  if (line.length <= limit) return line;
  const start = line.slice(0, limit - 3).replace(/[\uD800-\uDBFF]$/, "");
  return `${start.trimEnd()}...`;
}
