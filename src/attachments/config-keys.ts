// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, isJsonObject, oneLine } from "../cni/index.ts";

/**
 * Reads typed values of an object by key, without regard to case, as Go does: `readinessIndicatorFile` is
 * `readinessindicatorfile`. Absent, null and empty values have the default. Throws a CniError (code 7) naming
 * key and allowed values.
 */
export interface KeyReader {
  text(key: string, fallback: string): string;
  flag(key: string, fallback: boolean): boolean;
  count(key: string, fallback: number): number;
  texts(key: string, fallback: readonly string[]): readonly string[];
  object(key: string): Readonly<Record<string, unknown>>;
  /** The name as the object writes it, undefined when it is not there. */
  written(key: string): string | undefined;
}

/** A reader of `object`; `source` names it for the reader, `path` is where it stands inside. */
export function readKeys(object: Readonly<Record<string, unknown>>, source: string, path = ""): KeyReader {
  const written = (key: string) =>
    Object.hasOwn(object, key)
      ? key
      : Object.keys(object).find((name) => name.toLowerCase() === key.toLowerCase());

  function read<T>(key: string, kind: Kind<T>, fallback: T): T {
    const name = written(key);
    const value = name === undefined ? undefined : object[name];
    if (value === undefined || value === null || value === "") return fallback;
    if (kind.accepts(value)) return value;
    throw new CniError(
      cniErrorCodes.invalidNetworkConfig,
      `${source}: "${path}${key}" is ${oneLine(JSON.stringify(value), 60)}, allowed is ${kind.allowed}`,
      { hint: `correct "${path}${key}", or take it out` },
    );
  }

  return {
    text: (key, fallback) => read(key, kinds.text, fallback),
    flag: (key, fallback) => read(key, kinds.flag, fallback),
    count: (key, fallback) => read(key, kinds.count, fallback),
    texts: (key, fallback) => read(key, kinds.texts, fallback),
    object: (key) => read(key, kinds.object, {}),
    written,
  };
}

/**
 * The same reader, which notes in `asked` the keys that it is asked for, in lower case: all others are
 * unknown.
 */
export function noteKeys(keys: KeyReader, asked: Set<string>): KeyReader {
  const note = (key: string) => {
    asked.add(key.toLowerCase());
    return key;
  };
  return {
    text: (key, fallback) => keys.text(note(key), fallback),
    flag: (key, fallback) => keys.flag(note(key), fallback),
    count: (key, fallback) => keys.count(note(key), fallback),
    texts: (key, fallback) => keys.texts(note(key), fallback),
    object: (key) => keys.object(note(key)),
    written: (key) => keys.written(note(key)),
  };
}

interface Kind<T> {
  readonly allowed: string;
  readonly accepts: (value: unknown) => value is T;
}

const isText = (value: unknown): value is string => typeof value === "string";

const kinds = {
  text: { allowed: "a string", accepts: isText },
  flag: { allowed: "true or false", accepts: (value): value is boolean => typeof value === "boolean" },
  count: {
    allowed: "a whole number from 0 on",
    accepts: (value): value is number =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= 0,
  },
  texts: {
    allowed: "a list of strings",
    accepts: (value): value is readonly string[] => Array.isArray(value) && value.every(isText),
  },
  object: { allowed: "an object", accepts: isJsonObject },
} as const satisfies Record<string, Kind<unknown>>;
