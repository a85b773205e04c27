// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/** What `bench/main.ts` takes. */
export interface BenchOptions {
  /** Pods per way and phase. */
  readonly pods: number;
  readonly output: "text" | "json";
  /** The compiled executable to measure. */
  readonly plures: string;
  /** The static shim to measure. */
  readonly shim: string;
}

/** What `make executable` and `make shim` make. */
const built = join(import.meta.dir, "../dist/plures");
const builtShim = join(import.meta.dir, "../dist/multus");

/** In each way, each pod keeps its namespace and interfaces until the end; so many fit any machine. */
const mostPods = 80;

/** Reads the arguments. Throws an Error that names the option and what it may be. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pods: { type: "string", default: "40" },
      output: { type: "string", short: "o", default: "text" },
      plures: { type: "string", default: built },
      shim: { type: "string", default: builtShim },
    },
  });
  const pods = Number(values.pods);
  if (!Number.isInteger(pods) || pods < 1 || pods > mostPods)
    throw new Error(`--pods is "${values.pods}", allowed is a whole number from 1 to ${mostPods}`);
  if (values.output !== "text" && values.output !== "json")
    throw new Error(`-o is "${values.output}", allowed are text and json`);
  return { pods, output: values.output, plures: resolve(values.plures), shim: resolve(values.shim) };
}
