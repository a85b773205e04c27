// SPDX-License-Identifier: Apache-2.0
import { lstatSync } from "node:fs";
import { type PluginEnding, pluginTypeProblem } from "../cni/index.ts";
import { whyNotRunnable } from "./why-not-runnable.ts";

type NotStarted = Extract<PluginEnding, { kind: "not-found" | "not-runnable" }>;

/** Where a plugin is, or why it cannot be had. */
export type PluginLookup = { readonly kind: "found"; readonly path: string } | NotStarted;

/**
 * Looks `plugin` up in `searchDirs`, in order: the first that can be run wins, and links are followed. A file
 * of that name which cannot be run is told of when no later folder has a better one.
 */
export function findPlugin(plugin: string, searchDirs: readonly string[]): PluginLookup {
  const badName = pluginTypeProblem(plugin);
  if (badName !== undefined)
    return { kind: "not-runnable", path: plugin, reason: `its name is no file name: ${badName}` };
  // An empty entry would mean the folder that we happen to stand in.
  const folders = searchDirs.filter((dir) => dir !== "");
  let firstProblem: NotStarted | undefined;
  for (const dir of folders) {
    const path = `${dir.endsWith("/") ? dir.slice(0, -1) : dir}/${plugin}`;
    if (!isListed(path)) continue;
    const reason = whyNotRunnable(path);
    if (reason === undefined) return { kind: "found", path };
    firstProblem ??= { kind: "not-runnable", path, reason };
  }
  return firstProblem ?? { kind: "not-found", searched: folders };
}

function isListed(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A folder that we may not enter, or a file in its place, has nothing for us.
    return false;
  }
}
