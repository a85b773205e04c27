// SPDX-License-Identifier: Apache-2.0
import type { PodIdentity } from "../attachments/index.ts";
import { isOutage } from "./api-failure.ts";
import { type Attempt, explainFailure } from "./explain-failure.ts";
import { patchNetworkStatus } from "./network-status.ts";
import type { Requester } from "./request.ts";
import { canBeName, resources } from "./resources.ts";

/** How a write of the status ended; `isOutage`: a later try may well succeed. */
export type StatusOutcome =
  | { readonly kind: "found"; readonly value: undefined }
  | { readonly kind: "absent" }
  | { readonly kind: "unreachable"; readonly error: Error; readonly isOutage: boolean };

/** Writes a pod's network-status, with a sentence for what goes wrong. Never rejects. */
export async function writeStatus(
  requester: Requester,
  pod: PodIdentity,
  status: string,
): Promise<StatusOutcome> {
  const { namespace, name } = pod;
  if (!canBeName(namespace) || !canBeName(name)) return { kind: "absent" };
  const written = await patchNetworkStatus(requester, pod, status);
  if (written.kind === "written") return { kind: "found", value: undefined };
  if (written.kind === "gone") return { kind: "absent" };
  const subresource = written.verb === "get" ? {} : { subresource: "status" };
  const attempt: Attempt = { verb: written.verb, resource: resources.pods, ...subresource, namespace, name };
  return {
    kind: "unreachable",
    error: await explainFailure(written.failure, attempt, requester.access()),
    isOutage: isOutage(written.failure),
  };
}
