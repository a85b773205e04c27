// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import { parseCidr, parseIp } from "./ip-address.ts";
import { isJsonObject } from "./json-text.ts";

/**
 * Reads fields of a plugin's result as forgivingly as Go does: what is absent, null or the zero value of its
 * type is absent. Each function takes the parent object, the key, and the parent's path for the sentence;
 * each throws a CniError (code 6).
 */
export type Fields = Readonly<Record<string, unknown>>;

export function readString(fields: Fields, key: string, path = ""): string | undefined {
  const value = fields[key];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw badField(path + key, "a string", value);
}

/** Go keeps a zero only where the field is a pointer: `keepZero`. */
export function readInteger(fields: Fields, key: string, path: string, keepZero = false): number | undefined {
  const value = fields[key];
  if (value === undefined || value === null || (value === 0 && !keepZero)) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw badField(path + key, "a whole number", value);
}

/** Plugins that print a Go address without looking write "<nil>" for none. */
export function readIp(fields: Fields, key: string, path: string): string | undefined {
  const value = readString(fields, key, path);
  if (value === undefined || value === "<nil>") return undefined;
  if (parseIp(value) !== undefined) return value;
  throw badField(path + key, "an IP address", value);
}

export function readCidr(fields: Fields, key: string, path: string): string {
  const value = readString(fields, key, path);
  if (value !== undefined && parseCidr(value) !== undefined) return value;
  throw badField(path + key, 'an address with prefix length, such as "10.1.2.3/24"', value);
}

export function readObject(fields: Fields, key: string, path = ""): Fields {
  const value = fields[key];
  if (value === undefined || value === null) return {};
  if (isJsonObject(value)) return value;
  throw badField(path + key, "an object", value);
}

export function readList<T>(
  fields: Fields,
  key: string,
  path: string,
  readItem: (item: Fields, itemPath: string) => T,
): T[] {
  return listOf(fields, key, path).map((item, index) => {
    const itemPath = `${path}${key}[${index}]`;
    if (isJsonObject(item)) return readItem(item, `${itemPath}.`);
    throw badField(itemPath, "an object", item);
  });
}

/** An empty list is absent. */
export function readStrings(fields: Fields, key: string, path: string): readonly string[] | undefined {
  const list = listOf(fields, key, path).map((item, index) => {
    if (typeof item === "string") return item;
    throw badField(`${path}${key}[${index}]`, "a string", item);
  });
  return list.length === 0 ? undefined : list;
}

function listOf(fields: Fields, key: string, path: string): readonly unknown[] {
  const value = fields[key];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw badField(path + key, "a list", value);
}

function badField(field: string, wanted: string, value: unknown): CniError {
  const found = value === undefined ? "is missing" : `is ${JSON.stringify(value).slice(0, 60)}`;
  return new CniError(
    cniErrorCodes.decodingFailure,
    `reading the plugin's result: ${field} must be ${wanted}, it ${found}`,
    { hint: "the plugin does not follow the CNI specification, look for a newer version of it" },
  );
}

/** The object without the keys that are undefined. */
export function present<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  // What is left has no undefined value, which is what T says.
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
