// SPDX-License-Identifier: Apache-2.0

/** Every released version of the CNI specification, oldest first. */
export const cniVersions = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"] as const;

/** A released version of the specification. */
export type CniVersion = (typeof cniVersions)[number];

/** The version that a configuration without `cniVersion` has (libcni does the same). */
export const implicitCniVersion: CniVersion = "0.1.0";

/** The newest version, and the one that results are kept in. */
export const newestCniVersion: CniVersion = "1.1.0";

/** Whether `text` names a released version of the specification. */
export function isCniVersion(text: string): text is CniVersion {
  return (cniVersions as readonly string[]).includes(text);
}

/** Whether `version` is `since` or newer. */
export function isAtLeast(version: CniVersion, since: CniVersion): boolean {
  return cniVersions.indexOf(version) >= cniVersions.indexOf(since);
}
