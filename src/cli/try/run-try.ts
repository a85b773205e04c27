// SPDX-License-Identifier: Apache-2.0
import { findPlugin } from "../../host/plugin-lookup.ts";
import { outsideVariable } from "../../host/sandbox/index.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { receivePlan, runInSandbox } from "./in-sandbox.ts";
import { planTry } from "./plan-try.ts";
import { findPluginDirs } from "./plugin-dirs.ts";
import { readScenario } from "./read-scenario.ts";
import { readSources } from "./source-files.ts";
import { tryInside } from "./try-inside.ts";

/** What the reader asked for on the command line. */
export interface TryOptions {
  readonly file: readonly string[];
  readonly pod: string | undefined;
  readonly binDir: readonly string[];
  readonly keep: boolean;
}

/** Folders of the node; the sandbox has them in its own memory. */
const paths = { confDir: "/run/plures/net.d", cniDir: "/var/lib/cni/multus" };

/**
 * Runs `plures try`. This program runs twice: outside it decides, inside the sandbox it does what was
 * decided.
 */
export async function runTry(options: TryOptions, output: Output): Promise<ExitCode> {
  const outside = process.env[outsideVariable];
  if (outside !== undefined) {
    const { plan, isRoot, signal } = await receivePlan();
    return tryInside(plan, { outside, isRoot, pid: process.pid, keep: options.keep, output, signal });
  }
  const sources = await readSources(options.file, () => Bun.stdin.text());
  const pluginDirs = findPluginDirs(options.binDir);
  const plan = planTry(readScenario(sources), {
    pod: options.pod,
    pluginDirs,
    isInstalled: (plugin) => findPlugin(plugin, pluginDirs).kind === "found",
    paths,
  });
  return runInSandbox(plan);
}
