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
  | {
      readonly kind: "sweep";
      readonly socketDir: string;
      /** Where the journal is, for a sweep without agent. */
      readonly cniDir: string | undefined;
      readonly searchDirs: readonly string[];
    };

/** Reads the arguments behind `plures cni`, or behind `multus`; undefined when they are not the plugin's. */
export function readCniArguments(args: readonly string[]): CniStart | undefined {
  const [first, second, ...others] = args;
  if (first === undefined) return { kind: "ask" };
  if (first === "gc") return readSweep(args.slice(1));
  if (second === undefined || others.length > 0) return undefined;
  if (first === "--alone") return { kind: "alone", reason: second };
  return first === "--take-back" ? { kind: "take-back", reason: second } : undefined;
}

/** Options of a sweep, each with one value. */
const sweepOptions = { "--socket-dir": "socketDir", "--cni-dir": "cniDir" } as const;

function readSweep(args: readonly string[]): CniStart | undefined {
  const given: { socketDir?: string; cniDir?: string } = {};
  let rest = args;
  for (let [name = "", value] = rest; name.startsWith("-"); [name = "", value] = rest) {
    if (!isSweepOption(name) || value === undefined || !isWholePath(value)) return undefined;
    given[sweepOptions[name]] = value;
    rest = rest.slice(2);
  }
  if (!rest.every(isWholePath)) return undefined;
  return {
    kind: "sweep",
    socketDir: given.socketDir ?? defaultSocketDir,
    cniDir: given.cniDir,
    searchDirs: rest.length === 0 ? ["/opt/cni/bin"] : rest,
  };
}

/** In a folder that depends on where it was started, a sweep would find nothing, and say so. */
function isWholePath(path: string): boolean {
  return path.startsWith("/");
}

function isSweepOption(name: string): name is keyof typeof sweepOptions {
  return Object.hasOwn(sweepOptions, name);
}
