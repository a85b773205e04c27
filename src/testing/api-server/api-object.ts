// SPDX-License-Identifier: Apache-2.0

/** JSON as it is stored: a mapping. */
export type Json = Readonly<Record<string, unknown>>;

/** What every stored object has in its metadata. */
export interface Metadata extends Json {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly generation?: number;
}

/** A stored object. */
export interface ApiObject extends Json {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

/** True for a JSON object: not null, not a list. */
export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The mapping at `key`, empty when there is none. */
export function mappingAt(object: Json, key: string): Json {
  const value = object[key];
  return isJson(value) ? value : {};
}

/** The text at `key`, empty when there is none. */
export function textAt(object: Json, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}
