// SPDX-License-Identifier: Apache-2.0
import { annotationKeys, type PodIdentity } from "../attachments/index.ts";
import { isJsonObject } from "../cni/index.ts";
import type { ApiFailure } from "./api-failure.ts";
import type { ApiAnswer } from "./connection.ts";
import type { Requester } from "./request.ts";
import { resourcePath, resources } from "./resources.ts";

/** Conflicts are with writers of other fields; each retry meets a fresh object. */
const longestConflictRun = 10;

/** How a write ended: `gone` when the pod is no more, or is another one of the same name. */
export type StatusWriting =
  | { readonly kind: "written" }
  | { readonly kind: "gone" }
  | { readonly kind: "failed"; readonly verb: "get" | "patch" | "update"; readonly failure: ApiFailure };

/**
 * Writes our annotation, and nothing else, through the status subresource. A merge patch that names the UID
 * cannot touch a pod that took the name since. Where RBAC knows only `update` of pods/status, as upstream's
 * ClusterRole does, the pod is read and put back with its resourceVersion, which loses against any other
 * writer and then starts over.
 */
export async function patchNetworkStatus(
  requester: Requester,
  pod: PodIdentity,
  status: string,
): Promise<StatusWriting> {
  const metadata = {
    ...(pod.uid === "" ? {} : { uid: pod.uid }),
    annotations: { [annotationKeys.networkStatus]: status },
  };
  for (let attempt = 1; ; attempt++) {
    const answer = await requester.request({
      method: "PATCH",
      path: pathOf(pod, "status"),
      contentType: "application/merge-patch+json",
      body: { metadata },
    });
    if (answer.ok) return { kind: "written" };
    const { failure } = answer;
    if (isGone(failure)) return { kind: "gone" };
    if (failure.kind === "forbidden") return putNetworkStatus(requester, pod, status);
    // A wrong UID is told as 422 on a patch and as 409 on an update, so look at the pod.
    if (!isConflict(failure)) return { kind: "failed", verb: "patch", failure };
    const read = await readSamePod(requester, pod);
    if (read.kind !== "found") return read;
    if (attempt === longestConflictRun || failure.kind === "invalid")
      return { kind: "failed", verb: "patch", failure };
  }
}

async function putNetworkStatus(
  requester: Requester,
  pod: PodIdentity,
  status: string,
): Promise<StatusWriting> {
  for (let attempt = 1; ; attempt++) {
    const read = await readSamePod(requester, pod);
    if (read.kind !== "found") return read;
    const answer = await requester.request({
      method: "PUT",
      path: pathOf(pod, "status"),
      body: withAnnotation(read.body, status),
    });
    if (answer.ok) return { kind: "written" };
    const { failure } = answer;
    if (isGone(failure)) return { kind: "gone" };
    // `patch` is the right to ask for: it is what we use where we have the choice.
    if (failure.kind === "forbidden") return { kind: "failed", verb: "patch", failure };
    if (failure.kind !== "conflict" || attempt === longestConflictRun)
      return { kind: "failed", verb: "update", failure };
  }
}

type SamePod = { readonly kind: "found"; readonly body: Readonly<Record<string, unknown>> } | StatusWriting;

async function readSamePod(requester: Requester, pod: PodIdentity): Promise<SamePod> {
  const answer: ApiAnswer = await requester.request({ method: "GET", path: pathOf(pod) });
  if (!answer.ok) {
    if (isGone(answer.failure)) return { kind: "gone" };
    return { kind: "failed", verb: "get", failure: answer.failure };
  }
  const { metadata } = answer.body;
  const same = pod.uid === "" || (isJsonObject(metadata) && metadata.uid === pod.uid);
  return same ? { kind: "found", body: answer.body } : { kind: "gone" };
}

function withAnnotation(body: Readonly<Record<string, unknown>>, status: string): Record<string, unknown> {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {};
  const annotations = isJsonObject(metadata.annotations) ? metadata.annotations : {};
  return {
    ...body,
    metadata: { ...metadata, annotations: { ...annotations, [annotationKeys.networkStatus]: status } },
  };
}

function isGone(failure: ApiFailure): boolean {
  return failure.kind === "not-found" && failure.what === "object";
}

function isConflict(failure: ApiFailure): boolean {
  return (
    failure.kind === "conflict" || (failure.kind === "invalid" && failure.fields.includes("metadata.uid"))
  );
}

function pathOf(pod: PodIdentity, subresource?: string): string {
  const place = { namespace: pod.namespace, name: pod.name };
  return resourcePath(resources.pods, subresource === undefined ? place : { ...place, subresource });
}
