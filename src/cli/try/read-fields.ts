// SPDX-License-Identifier: Apache-2.0
import type { SourceObject, ValuePath } from "./source-document.ts";

/** The value at `path`, undefined when there is none. */
export function valueAt(object: SourceObject, path: ValuePath): unknown {
  let value: unknown = object.value;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value ?? undefined;
}

/** The text at `path`, undefined when there is none; throws a CommandFailure for anything else. */
export function textAt(object: SourceObject, path: ValuePath, hint?: string): string | undefined {
  const value = valueAt(object, path);
  if (value === undefined || typeof value === "string") return value;
  throw object.failure(path, `must be a string, it is ${kindOf(value)}`, hint ?? "put it in quotes");
}

/** The map of texts at `path`, empty when there is none; throws a CommandFailure for anything else. */
export function textMapAt(object: SourceObject, path: ValuePath): Readonly<Record<string, string>> {
  const map = valueAt(object, path);
  if (map === undefined) return {};
  if (typeof map !== "object" || Array.isArray(map)) {
    throw object.failure(path, `must be a map of strings, it is ${kindOf(map)}`);
  }
  const keys = Object.keys(map ?? {});
  return Object.fromEntries(keys.map((key) => [key, textAt(object, [...path, key]) ?? ""]));
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `the ${typeof value} ${String(value)}`;
}
