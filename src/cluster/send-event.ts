// SPDX-License-Identifier: Apache-2.0
import type { Log } from "../verbs/ports.ts";
import { type Attempt, explainFailure } from "./explain-failure.ts";
import type { Requester } from "./request.ts";
import { resourcePath, resources } from "./resources.ts";

/** An event or a hint is not worth more of a pod's start than this. */
export const bestEffortMs = 2_000;

/** Writes an Event (core/v1); false, and a line in the log, when that fails. Never rejects. */
export async function sendEvent(
  requester: Requester,
  event: { readonly namespace: string; readonly body: Readonly<Record<string, unknown>> },
  log: Log | undefined,
): Promise<boolean> {
  const { namespace, body } = event;
  const path = resourcePath(resources.events, { namespace });
  const answer = await requester.request({ method: "POST", path, body }, bestEffortMs);
  if (answer.ok) return true;
  const attempt: Attempt = { verb: "create", resource: resources.events, namespace };
  const error = await explainFailure(answer.failure, attempt, requester.access());
  log?.("verbose", "event not written", { error: error.message, hint: error.hint, reason: body.reason });
  return false;
}
