// SPDX-License-Identifier: Apache-2.0
import { isJsonObject } from "../../cni/index.ts";

/** A Kubernetes object, or a part of one, as it came: nothing in it is sure to be there. */
export type Fields = Readonly<Record<string, unknown>>;

/** The mapping at `path`; empty when there is none. */
export function mapAt(fields: Fields, ...path: readonly string[]): Fields {
  const value = valueAt(fields, path);
  return isJsonObject(value) ? value : {};
}

/** The mappings in the list at `path`; what is no mapping is left out. */
export function mapsAt(fields: Fields, ...path: readonly string[]): readonly Fields[] {
  const value = valueAt(fields, path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The text at `path`; undefined for anything else. */
export function textAt(fields: Fields, ...path: readonly string[]): string | undefined {
  const value = valueAt(fields, path);
  return typeof value === "string" ? value : undefined;
}

/** The number at `path`; undefined for anything else. */
export function numberAt(fields: Fields, ...path: readonly string[]): number | undefined {
  const value = valueAt(fields, path);
  return typeof value === "number" ? value : undefined;
}

/** Whether `true` is at `path`. */
export function isTrueAt(fields: Fields, ...path: readonly string[]): boolean {
  return valueAt(fields, path) === true;
}

/** The texts in the list at `path`. */
export function textsAt(fields: Fields, ...path: readonly string[]): readonly string[] {
  const value = valueAt(fields, path);
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The keys with texts in the mapping at `path`: labels, annotations, data of a ConfigMap. */
export function textMapAt(fields: Fields, ...path: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mapAt(fields, ...path)).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}

/** `metadata.name`, empty when there is none. */
export function nameOf(object: Fields): string {
  return textAt(object, "metadata", "name") ?? "";
}

/** `metadata.namespace`, empty for what belongs to the whole cluster. */
export function namespaceOf(object: Fields): string {
  return textAt(object, "metadata", "namespace") ?? "";
}

function valueAt(fields: Fields, path: readonly string[]): unknown {
  let value: unknown = fields;
  for (const key of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}
