// SPDX-License-Identifier: Apache-2.0
import type { Cluster, Log, Lookup } from "../verbs/ports.ts";
import { toNamespaces, toNetwork, toPod } from "./api-objects.ts";
import { type Attempt, explainFailure } from "./explain-failure.ts";
import { loadAccess } from "./load-access.ts";
import { buildPodEvent } from "./pod-event.ts";
import { createRequester, type Requester } from "./request.ts";
import { canBeName, type Resource, resourcePath, resources } from "./resources.ts";
import { bestEffortMs, sendEvent } from "./send-event.ts";
import { writeStatus } from "./write-status.ts";

/** What a client needs. */
export interface ClusterOptions {
  /** Path of a kubeconfig; undefined for the service account of the pod that we run in. */
  readonly kubeconfig: string | undefined;
  /** Milliseconds that are left for everything. */
  deadline(): number;
  readonly signal: AbortSignal;
  readonly log?: Log | undefined;
  /** For in-cluster addresses and exec plugins; proxy variables in it are not used. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * The Kubernetes API over one connection. Nothing is read or opened before the first call, and calls never
 * reject: a kubeconfig that cannot be used is an `unreachable`, too.
 *
 * `writeNetworkStatus` checks the UID that it is given against the API's pod; an empty one is not checked.
 * For a static pod the API holds a mirror with a UID of its own (annotation `kubernetes.io/config.source`
 * other than `api`): pass the UID of the pod that `readPod` gave, not the one of CNI_ARGS.
 */
export function createCluster(options: ClusterOptions): Cluster & { close(): void } {
  const requester = createRequester({
    loadAccess: (timeoutMs) =>
      loadAccess({ kubeconfig: options.kubeconfig, env: options.env ?? process.env, timeoutMs }),
    deadline: options.deadline,
    signal: options.signal,
    log: options.log,
  });
  return { ...clusterOver(requester, options.log), close: () => requester.close() };
}

/** The same over a requester of somebody else's. */
export function clusterOver(requester: Requester, log: Log | undefined): Cluster {
  return {
    readPod: (namespace, name) => readOne(requester, resources.pods, { namespace, name, convert: toPod }),
    readNetwork: (namespace, name) =>
      readOne(requester, resources.networks, { namespace, name, convert: toNetwork }),
    namespacesOfNetwork: (name) => listNamespaces(requester, name),
    writeNetworkStatus: (pod, status) => writeStatus(requester, pod, status),
    async emitEvent(pod, event) {
      if (!canBeName(pod.namespace) || !canBeName(pod.name)) return;
      const body = buildPodEvent(pod, event, new Date());
      await sendEvent(requester, { namespace: pod.namespace, body }, log);
    },
  };
}

interface Reading<T> {
  readonly namespace: string;
  readonly name: string;
  convert(body: Readonly<Record<string, unknown>>): T;
}

async function readOne<T>(requester: Requester, resource: Resource, reading: Reading<T>): Promise<Lookup<T>> {
  const { namespace, name } = reading;
  if (!canBeName(namespace) || !canBeName(name)) return { kind: "absent" };
  const answer = await requester.request({
    method: "GET",
    path: resourcePath(resource, { namespace, name }),
  });
  if (answer.ok) return { kind: "found", value: reading.convert(answer.body) };
  const { failure } = answer;
  // Without the CRD no network exists, but the way out is another one.
  if (failure.kind === "not-found" && failure.what === "object") return { kind: "absent" };
  const attempt: Attempt = { verb: "get", resource, namespace, name };
  return { kind: "unreachable", error: await explainFailure(failure, attempt, requester.access()) };
}

async function listNamespaces(requester: Requester, name: string): Promise<readonly string[]> {
  if (!canBeName(name)) return [];
  const query = new URLSearchParams({ fieldSelector: `metadata.name=${name}`, limit: "500" });
  const answer = await requester.request(
    {
      method: "GET",
      path: `${resourcePath(resources.networks, {})}?${query}`,
      accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
    },
    bestEffortMs,
  );
  return answer.ok ? toNamespaces(answer.body) : [];
}
