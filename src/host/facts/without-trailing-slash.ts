// SPDX-License-Identifier: Apache-2.0

/** A path without slashes at its end, which mean nothing; `/` stays. */
export function withoutTrailingSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, "");
}
