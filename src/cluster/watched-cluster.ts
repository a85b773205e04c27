// SPDX-License-Identifier: Apache-2.0
import type { NetworkAttachmentDefinition, PodEvent } from "../attachments/index.ts";
import type { CniError } from "../cni/index.ts";
import type { Cluster, Log } from "../verbs/ports.ts";
import { type CachedLookups, clusterForRequest, type RequestView } from "./cached-cluster.ts";
import { createDeferredEvents, defaultEventPace, type EventCounts } from "./deferred-events.ts";
import { createLateStatuses } from "./late-statuses.ts";
import { loadAccess } from "./load-access.ts";
import { type NodePod, toCachedNetwork, toNodePod } from "./node-pod.ts";
import { createObjectCache } from "./object-cache.ts";
import { buildNodeEvent } from "./pod-event.ts";
import { type ReflectorOptions, startReflector } from "./reflector.ts";
import { type RequestBounds, requesterOver } from "./request.ts";
import { resources } from "./resources.ts";
import { sendEvent } from "./send-event.ts";
import { createTransport } from "./transport.ts";
import { defaultPace, type WatchPace } from "./watch-pace.ts";
import { writeStatus } from "./write-status.ts";

export type { NodePod };

/** Side by side, so that the statuses of pods that start at once do not queue behind one slow answer. */
const requestConnections = 4;

/** There is another round for what does not succeed. */
const lateWriteMs = 2_000;

/** What an agent's view of the cluster needs. */
export interface WatchedClusterOptions {
  /** Whose pods are followed. */
  readonly nodeName: string;
  /** Path of a kubeconfig; undefined for the service account of the pod that we run in. */
  readonly kubeconfig: string | undefined;
  /** Ends everything. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Other than where Kubernetes mounts it. */
  readonly serviceAccountFolder?: string;
  readonly pace?: Partial<WatchPace>;
  readonly connections?: number;
}

/** The cluster as an agent sees it: pods of its node and all networks at hand, the rest by asking. */
export interface WatchedCluster {
  /** The port of the stories, for one request of the runtime. */
  forRequest(view: RequestView): Cluster;
  /** Once pods and networks are listed; it never rejects, and stays open while they cannot be. */
  readonly ready: Promise<void>;
  /** Pods of this node, trimmed. */
  pods(): readonly NodePod[];
  /** Called with every pod that is listed, added or changed; returns how to stop. */
  onPod(listener: (pod: NodePod) => void): () => void;
  /** Milliseconds since the API was last heard, per watch; Infinity when it never was. */
  ages(): { readonly pods: number; readonly networks: number };
  /** Why a watch is not under way; undefined where it is. For readiness and `plures doctor`. */
  problems(): { readonly pods: CniError | undefined; readonly networks: CniError | undefined };
  /** An event about this node, best effort. */
  emitNodeEvent(event: PodEvent): Promise<void>;
  /** Events about pods so far, which are sent a moment after the pod's answer. */
  events(): EventCounts;
  /** Statuses that are still to be written because the API was away. */
  lateStatuses(): number;
  /** Waits for events that are on their way; call it before `close`. */
  drain(withinMs: number): Promise<void>;
  close(): void;
}

/** Starts watching at once, and goes on until `close` or the signal. */
export function createWatchedCluster(options: WatchedClusterOptions): WatchedCluster {
  const { log, nodeName } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  const pace: WatchPace = { ...defaultPace, ...options.pace };
  const transportOver = (connections: number) =>
    createTransport({ loadAccess: (timeoutMs) => load(options, timeoutMs), log, connections });
  const watching = transportOver(2);
  const asking = transportOver(options.connections ?? requestConnections);
  const ownBounds: RequestBounds = { deadline: () => 10_000, signal, log };
  const requester = requesterOver(asking, ownBounds);

  const pods = createObjectCache<NodePod>();
  const networks = createObjectCache<NetworkAttachmentDefinition>();
  const shared = { transport: watching, signal, log, pace } satisfies Partial<ReflectorOptions<NodePod>>;
  const podWatch = startReflector({
    ...shared,
    resource: resources.pods,
    fieldSelector: `spec.nodeName=${nodeName}`,
    cache: pods,
    convert: toNodePod,
  });
  const networkWatch = startReflector({
    ...shared,
    resource: resources.networks,
    cache: networks,
    convert: toCachedNetwork,
  });
  const events = createDeferredEvents({ pace: defaultEventPace, signal, log });
  const lateStatuses = createLateStatuses({
    write: (pod, status, ending) =>
      writeStatus(requesterOver(asking, { deadline: () => lateWriteMs, signal: ending, log }), pod, status),
    firstDelayMs: pace.firstDelayMs * 10,
    longestDelayMs: pace.longestDelayMs,
    signal,
    log,
  });
  const lookups: CachedLookups = {
    pods,
    networks,
    podWatch,
    networkWatch,
    lateStatuses,
    log,
    requesterFor: (bounds) => requesterOver(asking, bounds),
    tellLater: (event) => events.add(() => sendEvent(requester, event, log)),
  };

  return {
    forRequest: (view) => clusterForRequest(lookups, view),
    ready: Promise.all([podWatch.listed, networkWatch.listed]).then(() => undefined),
    pods: () => pods.all(),
    onPod: (listener) => pods.onSet(listener),
    ages: () => ({ pods: podWatch.ageMs(), networks: networkWatch.ageMs() }),
    problems: () => ({ pods: podWatch.problem(), networks: networkWatch.problem() }),
    async emitNodeEvent(event) {
      const body = buildNodeEvent(nodeName, event, new Date());
      await sendEvent(requester, { namespace: "default", body }, log);
    },
    events: () => events.counts(),
    lateStatuses: () => lateStatuses.waiting(),
    drain: (withinMs) => events.drain(withinMs),
    close() {
      closing.abort();
      watching.close();
      asking.close();
    },
  };
}

function load(
  { kubeconfig, env = process.env, serviceAccountFolder }: WatchedClusterOptions,
  timeoutMs: number,
) {
  return loadAccess({ kubeconfig, env, timeoutMs, serviceAccountFolder });
}
