// SPDX-License-Identifier: Apache-2.0
import type { Attachment, AttachmentPlan, PlannedPlugin } from "../attachments/index.ts";
import {
  CniError,
  type CniResult,
  type CniVerb,
  cniErrorCodes,
  cniVerbs,
  decodeResult,
  isAtLeast,
  parseJsonObject,
  parseNetworkConfig,
  readPluginAnswer,
  toCniError,
  withPrevResult,
} from "../cni/index.ts";
import type { PluginRunner } from "./ports.ts";

/** One attachment of a plan, and where its plugins run now. */
export interface AttachmentRun {
  readonly plan: Pick<AttachmentPlan, "containerId">;
  readonly attachment: Attachment;
  readonly netns: string;
  readonly searchDirs: readonly string[];
  readonly plugins: PluginRunner;
  /** Comes when an attachment beside this one failed: this one is stopped. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * ADD of one attachment: its plugins in order, each given the result of the one before. `start` is what the
 * first plugin finds as its `prevResult`. Gives the last plugin's result; throws the CniError of the first
 * that fails.
 */
export async function addAttachment(run: AttachmentRun, start?: CniResult): Promise<CniResult> {
  let result = start;
  for (const plugin of run.attachment.plugins) {
    const answer = await runPlugin(run, { verb: "ADD", plugin, prevResult: result });
    // A chained plugin of an auxiliary chain may print nothing; then the result before it stands.
    result = answer.trim() === "" && result !== undefined ? result : decodeResult(answer, plugin.cniVersion);
  }
  return result ?? decodeResult("");
}

/**
 * CHECK of one attachment: every plugin that knows the verb, in order, with the result that ADD ended with.
 */
export async function checkAttachment(run: AttachmentRun, result: CniResult): Promise<void> {
  if (run.attachment.disableCheck) return;
  for (const plugin of run.attachment.plugins) {
    if (knowsVerb(plugin, "CHECK")) await runPlugin(run, { verb: "CHECK", plugin, prevResult: result });
  }
}

/** A plugin whose DEL failed. */
export interface DelFailure {
  readonly plugin: PlannedPlugin;
  readonly error: CniError;
}

/** DEL of one attachment: all plugins in reverse, whatever fails. Gives the failures. */
export async function delAttachment(
  run: AttachmentRun,
  result: CniResult | undefined,
): Promise<readonly DelFailure[]> {
  const failures: DelFailure[] = [];
  for (const plugin of run.attachment.plugins.toReversed()) {
    try {
      await runPlugin(run, { verb: "DEL", plugin, prevResult: result });
    } catch (error) {
      failures.push({ plugin, error: toCniError(error) });
    }
  }
  return failures;
}

/**
 * DEL of the IPAM plugin that a plugin names, which gets the standard input of the plugin that it serves
 * (specification, section 4). Gives its failure, nothing when there is none.
 */
export async function releaseLease(
  run: AttachmentRun,
  plugin: PlannedPlugin,
): Promise<readonly DelFailure[]> {
  const ipamType = parseNetworkConfig(plugin.stdin, "the journal").plugins[0]?.ipamType;
  if (ipamType === undefined) return [];
  const attachment = { ...run.attachment, plugins: [{ ...plugin, type: ipamType }] };
  return delAttachment({ ...run, attachment }, undefined);
}

/** Whether the version that is spoken with the plugin has the verb. */
export function knowsVerb(plugin: Pick<PlannedPlugin, "cniVersion">, verb: CniVerb): boolean {
  return isAtLeast(plugin.cniVersion, cniVerbs[verb].since);
}

interface PluginStep {
  readonly verb: "ADD" | "CHECK" | "DEL";
  readonly plugin: PlannedPlugin;
  readonly prevResult: CniResult | undefined;
}

async function runPlugin(run: AttachmentRun, { verb, plugin, prevResult }: PluginStep): Promise<string> {
  const { attachment } = run;
  const invocation = {
    verb,
    plugin: plugin.type,
    searchDirs: run.searchDirs,
    environment: {
      CNI_COMMAND: verb,
      CNI_CONTAINERID: run.plan.containerId,
      CNI_NETNS: run.netns,
      CNI_IFNAME: attachment.interface,
      CNI_ARGS: attachment.cniArgs,
      CNI_PATH: run.searchDirs.join(":"),
    },
    stdin: takesPrevResult(verb, plugin, prevResult)
      ? withPrevResult(plugin.stdin, prevResult, plugin.cniVersion)
      : plugin.stdin,
  };
  const ending = await run.plugins.run(invocation, { signal: run.signal });
  if (ending.kind === "cancelled" && run.signal?.aborted === true) throw stoppedBesideAFailure(attachment);
  return readPluginAnswer(ending, {
    plugin: plugin.type,
    network: attachment.network,
    interface: attachment.interface,
    verb,
    master: masterOf(plugin),
  });
}

function stoppedBesideAFailure(attachment: Attachment): CniError {
  const message = `adding ${attachment.interface} (${attachment.network}): stopped, for a network beside it failed`;
  return new CniError(cniErrorCodes.tryAgainLater, message);
}

function masterOf(plugin: PlannedPlugin): string | undefined {
  const { master } = parseJsonObject(plugin.stdin, plugin.type);
  return typeof master === "string" ? master : undefined;
}

/** DEL gets `prevResult` since 0.4.0, the version that brought CHECK (specification, section 2 "DEL"). */
function takesPrevResult(
  verb: CniVerb,
  plugin: PlannedPlugin,
  prevResult: CniResult | undefined,
): prevResult is CniResult {
  return prevResult !== undefined && (verb === "ADD" || knowsVerb(plugin, "CHECK"));
}
