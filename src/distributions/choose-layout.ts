// SPDX-License-Identifier: Apache-2.0
import { type HostPath, parseHostPath, tryParseHostPath, under } from "../paths/index.ts";
import { type Condition, holds, pathsOf, tellCondition } from "./condition.ts";
import {
  type Distribution,
  type FolderTrait,
  type Layout,
  type PathName,
  type PrimaryNetwork,
  pathNames,
} from "./distribution.ts";
import { argumentsOf, argumentValue, type Hints } from "./hints.ts";
import { versionOf } from "./recognise.ts";
import type { Statement } from "./statement.ts";

/** A layout with the data directory put in. */
export interface NodeLayout {
  readonly name: string;
  /** Of which machines it is, in words. */
  readonly when: string;
  readonly paths: Readonly<Partial<Record<PathName, Statement<HostPath>>>>;
  readonly primary: Statement<PrimaryNetwork> | undefined;
}

/**
 * Where everything is on a machine, by the table. What the runtime's own configuration says beats it.
 * `unknown`: one of `candidates`, of which the last holds unless one before it does; `reason` says what is
 * open.
 */
export type LayoutChoice =
  | { readonly kind: "known"; readonly layout: NodeLayout }
  | { readonly kind: "unknown"; readonly candidates: readonly NodeLayout[]; readonly reason: string };

/** Chooses the layout of a machine of which the distribution is known. */
export function chooseLayout(distribution: Distribution, hints: Hints): LayoutChoice {
  const known = { ...hints, version: versionOf(distribution, hints) };
  const dataDir = dataDirOf(distribution, hints);
  const open: Layout[] = [];
  for (const layout of distribution.layouts) {
    const outcome = holds(resolveCondition(layout.when, dataDir), known);
    if (outcome !== false) open.push(layout);
    if (outcome === true) break;
  }
  const candidates = open.map((layout) => resolveLayout(layout, dataDir));
  const [only, ...more] = candidates;
  if (only !== undefined && more.length === 0) return { kind: "known", layout: only };
  const undecided = open.slice(0, -1).map(({ name, when }) => `"${name}" (${tellCondition(when)})`);
  return { kind: "unknown", candidates, reason: `it is not known whether it is ${undecided.join(" or ")}` };
}

/** All layouts of a distribution; those of a machine where its arguments are known. */
export function layoutsOf(distribution: Distribution, hints: Hints = {}): readonly NodeLayout[] {
  const dataDir = dataDirOf(distribution, hints);
  return distribution.layouts.map((layout) => resolveLayout(layout, dataDir));
}

/** A folder of a machine, and what is to be known of it. */
export interface NodeFolder extends Omit<FolderTrait, "path"> {
  readonly path: HostPath;
}

/** What is to be known of folders before they are written to. */
export function foldersOf(distribution: Distribution, hints: Hints = {}): readonly Statement<NodeFolder>[] {
  const dataDir = dataDirOf(distribution, hints);
  return distribution.folders.map((folder) => ({
    ...folder,
    value: { ...folder.value, path: resolvePath(folder.value.path, dataDir) },
  }));
}

/** The paths of the layouts' conditions; those of a machine where its arguments are known. */
export function pathsThatDecide(distribution: Distribution, hints: Hints = {}): readonly HostPath[] {
  const dataDir = dataDirOf(distribution, hints);
  return distribution.layouts.flatMap(({ when }) => pathsOf(when).map((path) => resolvePath(path, dataDir)));
}

/** The data directory of a machine: the argument's, or the default; undefined when it has none. */
function dataDirOf({ dataDir }: Distribution, hints: Hints): HostPath | undefined {
  if (dataDir === undefined) return undefined;
  const told = tryParseHostPath(argumentValue(argumentsOf(hints) ?? [], dataDir.names) ?? dataDir.default);
  return told.kind === "path" ? told.path : parseHostPath(dataDir.default);
}

function resolveLayout(layout: Layout, dataDir: HostPath | undefined): NodeLayout {
  const paths: Partial<Record<PathName, Statement<HostPath>>> = {};
  for (const name of pathNames) {
    const statement = layout.paths[name];
    if (statement !== undefined) paths[name] = { ...statement, value: resolvePath(statement.value, dataDir) };
  }
  return { name: layout.name, when: tellCondition(layout.when), paths, primary: layout.primary };
}

function resolveCondition(condition: Condition, dataDir: HostPath | undefined): Condition {
  switch (condition.kind) {
    case "path":
      return { ...condition, path: resolvePath(condition.path, dataDir) };
    case "not":
      return { ...condition, of: resolveCondition(condition.of, dataDir) };
    case "first":
    case "all":
      return { ...condition, of: condition.of.map((inner) => resolveCondition(inner, dataDir)) };
    default:
      return condition;
  }
}

const dataDirMark = "{dataDir}";

function resolvePath(path: string, dataDir: HostPath | undefined): HostPath {
  if (dataDir === undefined || !path.startsWith(dataDirMark)) return parseHostPath(path);
  return under(dataDir, path.slice(dataDirMark.length));
}
