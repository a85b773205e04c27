// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import { isJsonObject, parseJsonObject } from "./json-text.ts";
import type { CniResult } from "./result.ts";
import { readFamilies, writeFamilies } from "./result-families.ts";
import type { Fields } from "./result-fields.ts";
import { type ListShape, readLists, writeLists } from "./result-lists.ts";
import { type CniVersion, cniVersions, implicitCniVersion, isCniVersion } from "./versions.ts";

/** How the versions of one shape are read and written. */
interface ResultShape {
  readonly versions: readonly CniVersion[];
  readonly read: (fields: Fields) => CniResult;
  readonly write: (result: CniResult) => Record<string, unknown>;
}

function lists(shape: ListShape): Pick<ResultShape, "read" | "write"> {
  return { read: readLists, write: (result) => writeLists(result, shape) };
}

const shapes: readonly ResultShape[] = [
  { versions: ["0.1.0", "0.2.0"], read: readFamilies, write: writeFamilies },
  { versions: ["0.3.0", "0.3.1", "0.4.0"], ...lists({ ipVersion: true, details: false }) },
  { versions: ["1.0.0"], ...lists({ ipVersion: false, details: false }) },
  { versions: ["1.1.0"], ...lists({ ipVersion: false, details: true }) },
];

/** Indexes rows by version. Throws an Error when a version has no row or two. */
export function shapesByVersion<Row extends { readonly versions: readonly CniVersion[] }>(
  rows: readonly Row[],
): ReadonlyMap<CniVersion, Row> {
  return new Map(
    cniVersions.map((version) => {
      const [row, ...more] = rows.filter(({ versions }) => versions.includes(version));
      if (row === undefined) throw new Error(`no result shape for CNI ${version}`);
      if (more.length > 0) throw new Error(`${more.length + 1} result shapes for CNI ${version}`);
      return [version, row] as const;
    }),
  );
}

const shapeOf = shapesByVersion(shapes);

/**
 * Reads a plugin's result, JSON text or parsed, of any version. `fallbackVersion`, that of the configuration,
 * is what a result without cniVersion has (libcni does the same). Throws a CniError: code 6 naming the field,
 * 1 for an unknown version.
 */
export function decodeResult(value: unknown, fallbackVersion: CniVersion = implicitCniVersion): CniResult {
  const fields = typeof value === "string" ? parseJsonObject(value, "the plugin's result") : value;
  if (!isJsonObject(fields)) {
    throw new CniError(
      cniErrorCodes.decodingFailure,
      "reading the plugin's result: it must be a JSON object",
    );
  }
  return rowOf(versionOf(fields, fallbackVersion)).read(fields);
}

/**
 * Writes a result as `version` has it; what that version cannot hold is left out. Throws a CniError (code 1)
 * when that would be all that matters.
 */
export function encodeResult(result: CniResult, version: CniVersion): Record<string, unknown> {
  return { cniVersion: version, ...rowOf(version).write(result) };
}

/** `encodeResult` as JSON text. */
export function encodeResultText(result: CniResult, version: CniVersion): string {
  return JSON.stringify(encodeResult(result, version));
}

function rowOf(version: CniVersion): ResultShape {
  const row = shapeOf.get(version);
  if (row === undefined) throw new Error(`no result shape for CNI ${version}`);
  return row;
}

function versionOf(fields: Record<string, unknown>, fallback: CniVersion): CniVersion {
  const version = fields.cniVersion ?? "";
  if (version === "") return fallback;
  if (typeof version === "string" && isCniVersion(version)) return version;
  throw new CniError(
    cniErrorCodes.incompatibleVersion,
    `reading the plugin's result: cniVersion ${JSON.stringify(version)} is not supported`,
    { hint: `supported are ${cniVersions.join(", ")}` },
  );
}
