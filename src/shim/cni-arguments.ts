// SPDX-License-Identifier: Apache-2.0
// Of the protocol no more than this: most of a start is loading.
import { defaultSocketDir } from "../protocol/limits.ts";

/**
 * What the CNI plugin is started for.
 *
 * - `ask`: a request of a runtime, for the node's agent if there is one
 * - `alone`: the same, but the agent cannot be asked, for that reason
 * - `take-back`: an ADD whose agent went away in the middle
 * - `sweep`: take away what containers that are gone have left
 */
export type CniStart =
  | { readonly kind: "ask" }
  | { readonly kind: "alone" | "take-back"; readonly reason: string }
  | { readonly kind: "sweep"; readonly socketDir: string; readonly searchDirs: readonly string[] };

/** Reads the arguments behind `plures cni`, or behind `multus`; undefined when they are not the plugin's. */
export function readCniArguments(args: readonly string[]): CniStart | undefined {
  const [first, second, ...others] = args;
  if (first === undefined) return { kind: "ask" };
  if (first === "gc") return readSweep(args.slice(1));
  if (second === undefined || others.length > 0) return undefined;
  if (first === "--alone") return { kind: "alone", reason: second };
  return first === "--take-back" ? { kind: "take-back", reason: second } : undefined;
}

function readSweep(args: readonly string[]): CniStart | undefined {
  const named = args[0] === "--socket-dir" ? args[1] : undefined;
  const searchDirs = named === undefined ? args : args.slice(2);
  if (searchDirs.some((dir) => dir.startsWith("-"))) return undefined;
  return {
    kind: "sweep",
    socketDir: named ?? defaultSocketDir,
    searchDirs: searchDirs.length === 0 ? ["/opt/cni/bin"] : searchDirs,
  };
}
