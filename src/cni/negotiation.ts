// SPDX-License-Identifier: Apache-2.0
import { type CniVersion, cniVersions, isAtLeast } from "./versions.ts";

/**
 * Chooses the version for a chain: the newest that is not newer than `wanted` and that every list names; if
 * there is none, the oldest common one above. A list that is undefined (the plugin gave no usable answer)
 * allows everything; undefined when the lists have nothing in common.
 */
export function negotiateVersion(
  wanted: CniVersion,
  supported: readonly (readonly string[] | undefined)[],
): CniVersion | undefined {
  const common = cniVersions.filter((version) => supported.every((list) => list?.includes(version) ?? true));
  return common.findLast((version) => isAtLeast(wanted, version)) ?? common[0];
}
