// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import { type CniVersion, cniVersions, implicitCniVersion } from "./versions.ts";

/**
 * Reads `cniVersion` and `cniVersions` (a list, since 1.1.0) of a configuration: the newest that we know.
 * `source` names the configuration. Throws a CniError: code 1 when we know none of them, 7 for wrong types.
 */
export function readCniVersion(config: Readonly<Record<string, unknown>>, source: string): CniVersion {
  const named = [...readOne(config.cniVersion, source), ...readList(config.cniVersions, source)];
  if (named.length === 0) return implicitCniVersion;
  const newest = cniVersions.findLast((version) => named.includes(version));
  if (newest !== undefined) return newest;
  throw new CniError(
    cniErrorCodes.incompatibleVersion,
    `${source}: cniVersion "${named.join(", ")}" is not supported`,
    { hint: `use one of ${cniVersions.join(", ")}` },
  );
}

function readOne(value: unknown, source: string): string[] {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value === "string") return [value];
  throw wrongType(source, "cniVersion", "a string");
}

function readList(value: unknown, source: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw wrongType(source, "cniVersions", "a list of strings");
}

function wrongType(source: string, key: string, wanted: string): CniError {
  return new CniError(cniErrorCodes.invalidNetworkConfig, `${source}: ${key} must be ${wanted}`);
}
