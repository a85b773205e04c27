// SPDX-License-Identifier: Apache-2.0
import { isJsonObject } from "../../cni/index.ts";
import { CannotLook } from "./cannot-look.ts";

/** A TOML table. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** Reads a TOML file. Throws a CannotLook that names the file and the line where what is wrong begins. */
export function parseToml(text: string, file: string): TomlTable {
  const parsed = tryParse(text);
  if (isJsonObject(parsed)) return parsed;
  throw new CannotLook(`"${file}" is no TOML: ${parsed} (line ${brokenLine(text)})`);
}

/** The table, or the parser's word for what is wrong. */
function tryParse(text: string): unknown {
  try {
    return Bun.TOML.parse(text);
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^TOML Parse error: /, "");
  }
}

/** Bun does not tell the line: it is the one after the longest beginning that can be read. */
function brokenLine(text: string): number {
  const lines = text.split("\n");
  for (let count = lines.length - 1; count > 0; count--) {
    if (isJsonObject(tryParse(lines.slice(0, count).join("\n")))) return count + 1;
  }
  return 1;
}

/** The table at a path of keys; undefined when there is none. */
export function tableAt(table: TomlTable, keys: readonly string[]): TomlTable | undefined {
  let at: unknown = table;
  for (const key of keys) {
    at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return isJsonObject(at) ? at : undefined;
}

/** The texts of a key; undefined when it is absent or has anything else. */
export function textsOf(value: unknown): readonly string[] | undefined {
  const isTexts = (list: readonly unknown[]): list is readonly string[] =>
    list.every((item) => typeof item === "string");
  return Array.isArray(value) && isTexts(value) ? value : undefined;
}

/** A text that says something; undefined for an empty one and for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A number; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
