// SPDX-License-Identifier: Apache-2.0
import { annotationKeys, type NetworkAttachmentDefinition, type Pod } from "../attachments/index.ts";
import type { Cluster, Log, Lookup } from "../verbs/ports.ts";
import { clusterOver } from "./cluster.ts";
import type { LateStatuses } from "./late-statuses.ts";
import type { NodePod } from "./node-pod.ts";
import type { ObjectCache } from "./object-cache.ts";
import { buildPodEvent } from "./pod-event.ts";
import type { Reflector } from "./reflector.ts";
import type { RequestBounds, Requester } from "./request.ts";
import { canBeName } from "./resources.ts";
import { writeStatus } from "./write-status.ts";

/** The kubelet may be told of a pod some milliseconds before we are. */
const podWaitMs = 500;

/** What there is in the cache need not be asked for longer than this. */
const spareAskMs = 2_000;

/** One request of the runtime. */
export interface RequestView {
  /** Milliseconds that are left. */
  deadline(): number;
  readonly signal: AbortSignal;
  /** The pod's UID in CNI_ARGS; a cached pod of the same name with another UID is not taken for it. */
  readonly uid?: string | undefined;
}

/** What watches know, and the ways to ask and to write. */
export interface CachedLookups {
  readonly pods: ObjectCache<NodePod>;
  readonly networks: ObjectCache<NetworkAttachmentDefinition>;
  readonly podWatch: Pick<Reflector, "isFresh">;
  readonly networkWatch: Pick<Reflector, "isFresh">;
  readonly lateStatuses: LateStatuses;
  readonly log: Log;
  requesterFor(bounds: RequestBounds): Requester;
  tellLater(event: { readonly namespace: string; readonly body: Readonly<Record<string, unknown>> }): void;
}

/**
 * The cluster for one request, from the caches where that is safe:
 * - a cached pod with the request's UID is the pod, however old the cache; one that is not there yet is
 *   waited for, then asked for once
 * - a cached network counts while its watch is fresh; else it is asked for, and the cached one is used
 *   when nobody answers. One that is not cached may be new: it is asked for
 * - the status is one patch. For a pod that asks for no networks it may come late when the API is away; for
 *   others it is part of the answer, and the write's failure is theirs
 * - events are sent a moment later
 */
export function clusterForRequest(lookups: CachedLookups, view: RequestView): Cluster {
  const { pods, networks, log } = lookups;
  const bounds: RequestBounds = { deadline: view.deadline, signal: view.signal, log };
  const requester = lookups.requesterFor(bounds);
  const spare = lookups.requesterFor({ ...bounds, deadline: () => Math.min(view.deadline(), spareAskMs) });
  const asked = clusterOver(requester, log);
  const askedBriefly = clusterOver(spare, log);

  return {
    async readPod(namespace, name) {
      const isMeant = (pod: NodePod) =>
        pod.namespace === namespace && pod.name === name && isSame(pod, view.uid);
      const cached = pods.get(namespace, name);
      if (cached !== undefined && isMeant(cached)) return { kind: "found", value: cached };
      if (lookups.podWatch.isFresh() && canBeName(namespace) && canBeName(name)) {
        const seen = await waitForPod(pods, isMeant, view);
        if (seen !== undefined) return { kind: "found", value: seen };
      }
      return asked.readPod(namespace, name);
    },
    async readNetwork(namespace, name) {
      const cached = networks.get(namespace, name);
      if (cached === undefined) return asked.readNetwork(namespace, name);
      if (lookups.networkWatch.isFresh()) return { kind: "found", value: cached };
      const answer = await askedBriefly.readNetwork(namespace, name);
      if (answer.kind !== "unreachable") return answer;
      return asRemembered(cached, answer.error, log);
    },
    async namespacesOfNetwork(name) {
      if (!lookups.networkWatch.isFresh()) return asked.namespacesOfNetwork(name);
      const named = networks.all().filter((network) => network.name === name);
      return named.map(({ namespace }) => namespace).sort();
    },
    async writeNetworkStatus(pod, status) {
      lookups.lateStatuses.forget(pod);
      const cached = pods.get(pod.namespace, pod.name);
      const mayBeLate = cached !== undefined && cached.uid === pod.uid && asksForNothing(cached);
      const written = await writeStatus(mayBeLate ? spare : requester, pod, status);
      if (written.kind !== "unreachable" || !mayBeLate || !written.isOutage) return written;
      log("error", "the API is away: the network-status of a pod without networks is written later", {
        pod: `${pod.namespace}/${pod.name}`,
        cause: written.error.message,
      });
      lookups.lateStatuses.add(pod, status);
      return { kind: "found", value: undefined };
    },
    async emitEvent(pod, event) {
      if (!canBeName(pod.namespace) || !canBeName(pod.name)) return;
      const { namespace } = pod;
      lookups.tellLater({ namespace, body: buildPodEvent(pod, event, new Date()) });
    },
  };
}

function asRemembered(
  network: NetworkAttachmentDefinition,
  error: Error,
  log: Log,
): Lookup<NetworkAttachmentDefinition> {
  log("error", "the API cannot be asked; a network is used as it was last seen", {
    network: `${network.namespace}/${network.name}`,
    cause: error.message,
  });
  return { kind: "found", value: network };
}

/** Whether a cached pod is the one that the request is for. */
function isSame(pod: NodePod, uid: string | undefined): boolean {
  if (uid === undefined || uid === "") return !pod.isDeleting;
  return pod.uid === uid || isMirror(pod);
}

/** The API's copy of a static pod has a UID of its own. */
function isMirror({ annotations }: Pod): boolean {
  const source = annotations[annotationKeys.configSource];
  return source !== undefined && source !== "api";
}

function asksForNothing({ annotations }: Pod): boolean {
  return [annotationKeys.networks, annotationKeys.defaultNetwork].every((key) => !annotations[key]?.trim());
}

/** The pod, should the watch tell of it soon. */
function waitForPod(
  pods: ObjectCache<NodePod>,
  isMeant: (pod: NodePod) => boolean,
  { deadline, signal }: RequestView,
): Promise<NodePod | undefined> {
  return new Promise((resolve) => {
    const settle = (pod: NodePod | undefined): void => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener("abort", giveUp);
      resolve(pod);
    };
    const giveUp = (): void => settle(undefined);
    const timer = setTimeout(giveUp, Math.max(0, Math.min(podWaitMs, deadline())));
    const stop = pods.onSet((pod) => {
      if (isMeant(pod)) settle(pod);
    });
    signal.addEventListener("abort", giveUp, { once: true });
  });
}
