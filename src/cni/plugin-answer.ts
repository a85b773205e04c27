// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import type { PluginEnding } from "./invocation.ts";
import { failureOfSignal, failureToFind, failureToRun } from "./plugin-breakdown.ts";
import { failureOfExit, failureOfExitZero } from "./plugin-exit.ts";
import { detailsLimit, type PluginFailure, type PluginRunContext } from "./plugin-failure.ts";
import type { CniVerb } from "./verbs.ts";

/** Short, because a runtime's line has 200 characters, and the cause is to be among them. */
const doing: Readonly<Record<CniVerb, (run: PluginRunContext) => string>> = {
  ADD: (run) => `adding ${attachmentOf(run)}`,
  DEL: (run) => `deleting ${attachmentOf(run)}`,
  CHECK: (run) => `checking ${attachmentOf(run)}`,
  GC: (run) => `cleaning up ${networkOf(run)}`,
  STATUS: (run) => `asking for the status of ${networkOf(run)}`,
  VERSION: (run) => `asking plugin ${run.plugin} for its versions`,
};

function attachmentOf(run: PluginRunContext): string {
  return run.interface === "" ? networkOf(run) : `${run.interface} (${run.network}, plugin ${run.plugin})`;
}

function networkOf({ network, plugin }: PluginRunContext): string {
  return `${network} (plugin ${plugin})`;
}

/**
 * Gives the standard output of a plugin that succeeded; for ADD that is a JSON object, not yet read as a
 * result. Throws a CniError for every other ending: one sentence that names plugin, network and interface,
 * the plugin's own code if it gave one, a hint when the cause is known, and the output as details.
 */
export function readPluginAnswer(ending: PluginEnding, run: PluginRunContext): string {
  const failure = failureOf(ending, run);
  if (failure === undefined) return ending.kind === "exited" ? ending.stdout : "";
  const { code, message, hint, said, details } = failure;
  throw new CniError(code, `${doing[run.verb](run)}: ${message}`, {
    hint,
    reason: said,
    details: details ?? outputOf(ending),
  });
}

function failureOf(ending: PluginEnding, run: PluginRunContext): PluginFailure | undefined {
  switch (ending.kind) {
    case "exited":
      return ending.exitCode === 0 ? failureOfExitZero(ending, run) : failureOfExit(ending, run);
    case "signalled":
      return failureOfSignal(ending);
    case "timed-out":
      return {
        code: cniErrorCodes.tryAgainLater,
        message: `it did not end within ${seconds(ending.afterMs)} and was stopped`,
        hint: "what it waited for is often in its log, or run it by hand with the same input",
      };
    case "too-much-output":
      return {
        code: cniErrorCodes.ioFailure,
        message: `it printed more than ${ending.limitBytes} bytes and was stopped`,
        hint: "a CNI plugin prints one JSON object: turn its debug output off",
      };
    case "cancelled":
      return {
        code: cniErrorCodes.tryAgainLater,
        message: "it was stopped, because the runtime gave up on this request",
      };
    case "not-found":
      return failureToFind(ending, run);
    case "not-runnable":
      return failureToRun(ending, run);
  }
}

function outputOf(ending: PluginEnding): string | undefined {
  if (!("stdout" in ending)) return undefined;
  const streams = [ending.stdout, ending.stderr].map((text) => text.trim().slice(0, detailsLimit));
  return streams.filter((text) => text !== "").join("\n") || undefined;
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
