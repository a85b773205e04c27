// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from "node:path";
import { isJsonObject } from "../cni/index.ts";
import { AccessProblem, type FieldPath } from "./access-problem.ts";

/** A mapping inside a kubeconfig, with its place and its name for sentences: `cluster "local"`. */
export interface Section {
  readonly title: string;
  readonly at: FieldPath;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The text at `key`; undefined when absent, null or empty. Throws an AccessProblem for another type. */
export function readText(section: Section, key: string): string | undefined {
  return readAs(section, key, "string") || undefined;
}

/** The text at `key`. Throws an AccessProblem when there is none. */
export function readRequired(section: Section, key: string): string {
  const value = readText(section, key);
  if (value !== undefined) return value;
  throw new AccessProblem(`${section.title} has no ${key}`, { hint: `add ${key}`, at: section.at });
}

/** The boolean at `key`, false when it is absent. Throws an AccessProblem for another type. */
export function readFlag(section: Section, key: string): boolean {
  return readAs(section, key, "boolean") ?? false;
}

/** The list at `key`, empty when it is absent. Throws an AccessProblem for another type. */
export function readList(section: Section, key: string): readonly unknown[] {
  const value = section.fields[key] ?? [];
  if (Array.isArray(value)) return value;
  throw wrongType(section, key, "a list");
}

/** The mapping at `key`, undefined when it is absent. Throws an AccessProblem for another type. */
export function readSection(section: Section, key: string, title: string): Section | undefined {
  const value = section.fields[key];
  if (value === undefined || value === null) return undefined;
  if (isJsonObject(value)) return { title, at: [...section.at, key], fields: value };
  throw wrongType(section, key, "a mapping");
}

/** The entry called `name` in a list of `{name, [inner]: {...}}`: clusters, users and contexts are such. */
export function readNamed(root: Section, list: string, inner: string, name: string): Section {
  const entries = readList(root, list);
  const index = entries.findIndex((entry) => isJsonObject(entry) && entry.name === name);
  const entry = entries[index];
  if (!isJsonObject(entry)) {
    const names = entries.flatMap((each) =>
      isJsonObject(each) && typeof each.name === "string" ? [each.name] : [],
    );
    throw new AccessProblem(`${list} has no entry ${JSON.stringify(name)}`, {
      hint: names.length === 0 ? `add it: ${list} is empty` : `use one that exists: ${names.join(", ")}`,
      at: [list],
    });
  }
  const title = `${inner} ${JSON.stringify(name)}`;
  const found = readSection({ title, at: [list, index], fields: entry }, inner, title);
  return found ?? { title, at: [list, index], fields: {} };
}

/** A path that a kubeconfig names; a relative one starts at its folder. */
export function pathFrom(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function readAs(section: Section, key: string, type: "string"): string | undefined;
function readAs(section: Section, key: string, type: "boolean"): boolean | undefined;
function readAs(section: Section, key: string, type: "string" | "boolean"): string | boolean | undefined {
  const value = section.fields[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" && type === "string") return value;
  if (typeof value === "boolean" && type === "boolean") return value;
  throw wrongType(section, key, type === "string" ? "text" : "true or false");
}

// The value itself is never shown: it may be a secret.
function wrongType(section: Section, key: string, wanted: string): AccessProblem {
  const value = section.fields[key];
  const found = Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return new AccessProblem(`${section.title}: ${key} must be ${wanted}, it is ${found}`, {
    hint: wanted === "text" ? "put the value in quotes" : `write ${wanted}`,
    at: [...section.at, key],
  });
}
