// SPDX-License-Identifier: Apache-2.0
import { type PluginEnding, type PluginInvocation, tryParseJsonObject } from "../../cni/index.ts";
import type { PluginRun } from "../monitoring/metrics.ts";

/** What metrics count of a run; undefined for a plugin that did not run. */
export function pluginNote(invocation: PluginInvocation, ending: PluginEnding): PluginRun | undefined {
  if (ending.kind === "not-found" || ending.kind === "not-runnable") return undefined;
  const name = tryParseJsonObject(invocation.stdin)?.name;
  return {
    verb: invocation.verb,
    plugin: invocation.plugin,
    network: typeof name === "string" ? name : "",
    outcome: ending.kind === "exited" && ending.exitCode === 0 ? "ok" : "failed",
    ms: ending.milliseconds,
  };
}
