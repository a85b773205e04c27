// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, parseRequest, toCniError } from "../cni/index.ts";
import { type AttachmentRecords, runVerb } from "../verbs/index.ts";
import { failedAnswer, type PluginAnswer, type PluginCall } from "./answer.ts";
import { readConfig } from "./read-config.ts";

/**
 * Answers an ADD whose agent went away in the middle: takes away what the journal holds of it, as a DEL
 * would, and tells the runtime to try again (code 11). Never rejects; what could not be taken away stays in
 * the journal, and is told.
 */
export async function takeBack(call: PluginCall, reason: string): Promise<PluginAnswer> {
  const failure = await undo(call);
  const message = `the node's agent could not finish: ${reason}`;
  const error = new CniError(cniErrorCodes.tryAgainLater, message, {
    hint:
      failure === undefined
        ? "nothing to do: what was attached is taken away again, and the kubelet tries anew"
        : `not taken back, left for DEL: ${failure.message}`,
    details: failure?.details,
    cause: failure,
  });
  return failedAnswer(call, error);
}

async function undo({ environment, stdin, connect }: PluginCall): Promise<CniError | undefined> {
  try {
    const request = { ...parseRequest(environment, stdin), verb: "DEL" } as const;
    const config = readConfig(request.verb, stdin);
    const ports = connect(config, request);
    const keep: AttachmentRecords["keep"] = (record) => ports.records?.keep(record);
    // What the ADD had no time to note was never begun: its container is none from before us.
    await runVerb(request, config, { ...ports, records: { keep, hasDealtWith: () => true } });
    return undefined;
  } catch (error) {
    return toCniError(error);
  }
}
