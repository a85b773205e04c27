// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import {
  type CniError,
  type CniRequest,
  encodeError,
  encodeResultText,
  encodeVersionAnswer,
  parseRequest,
  toCniError,
} from "../cni/index.ts";
import { failureLine, type Log, podIdentityOf, runVerb, type VerbPorts } from "../verbs/index.ts";
import { readConfig } from "./read-config.ts";

/** What a runtime gives to a plugin, and how the outside world is reached for it. */
export interface PluginCall {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: string;
  readonly connect: (config: MultusConfig, request: CniRequest) => VerbPorts;
}

/** What the runtime gets: standard output and exit code. */
export interface PluginAnswer {
  readonly stdout: string;
  readonly exitCode: 0 | 1;
}

/**
 * Answers one call of the CNI executable. Never rejects: every failure becomes a CNI error object, logged
 * once.
 */
export async function answer(call: PluginCall): Promise<PluginAnswer> {
  let log: Log | undefined;
  try {
    const request = parseRequest(call.environment, call.stdin);
    const { verb } = request;
    if (verb === "VERSION") return success(encodeVersionAnswer(request.cniVersion));
    const config = readConfig(verb, call.stdin);
    const ports = call.connect(config, request);
    log = ports.log;
    if (verb === "ADD") noteUnknownKeys(config, log);
    const result = await runVerb({ ...request, verb }, config, ports);
    return success(result === undefined ? "" : encodeResultText(result, request.cniVersion));
  } catch (error) {
    return failedAnswer(call, toCniError(error), log);
  }
}

/** The answer that tells `error` in one line that names the pod, if there is one; it is logged once. */
export function failedAnswer(
  call: Pick<PluginCall, "environment" | "stdin">,
  error: CniError,
  log: Log = () => {},
): PluginAnswer {
  const request = requestOf(call);
  const shown = failureLine(error, request && subjectOf(request));
  log("error", shown.message, {
    verb: request?.verb,
    container: request?.containerId,
    details: shown.details,
  });
  return { stdout: encodeError(shown, request?.cniVersion), exitCode: 1 };
}

/** What is wrong with a request may be what is told. */
function requestOf(call: Pick<PluginCall, "environment" | "stdin">): CniRequest | undefined {
  try {
    return parseRequest(call.environment, call.stdin);
  } catch {
    return undefined;
  }
}

/** A misspelt key changes nothing, and would never be found. */
function noteUnknownKeys({ unknownKeys }: MultusConfig, log: Log): void {
  if (unknownKeys.length > 0)
    log("error", "the Multus configuration has keys that nobody knows", { unknownKeys });
}

function success(stdout: string): PluginAnswer {
  return { stdout, exitCode: 0 };
}

/** CNI_ARGS may be what is wrong, then there is no pod to name. */
function subjectOf(request: CniRequest): string | undefined {
  try {
    const pod = podIdentityOf(request);
    return pod && `pod ${pod.namespace}/${pod.name}`;
  } catch {
    return undefined;
  }
}
