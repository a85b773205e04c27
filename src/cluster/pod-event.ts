// SPDX-License-Identifier: Apache-2.0
import type { PodEvent, PodIdentity } from "../attachments/index.ts";

type EventBody = Readonly<Record<string, unknown>>;

/**
 * The body of a core/v1 Event about a pod, as upstream Multus emits it (source `multus`): tools filter on
 * that. The name is made as client-go does, pod name and time, so that `kubectl get events` sorts alike.
 */
export function buildPodEvent(pod: PodIdentity, event: PodEvent, now: Date): EventBody {
  const { namespace, name, uid } = pod;
  return buildEvent(
    event,
    {
      involvedObject: { apiVersion: "v1", kind: "Pod", name, namespace, uid },
      component: "multus",
      host: "",
    },
    now,
  );
}

/**
 * The body of a core/v1 Event about a node, as the kubelet emits it: in namespace `default`, and with the
 * node's name for its UID, which is what `kubectl describe node` looks for.
 */
export function buildNodeEvent(nodeName: string, event: PodEvent, now: Date): EventBody {
  const involvedObject = { apiVersion: "v1", kind: "Node", name: nodeName, uid: nodeName };
  return buildEvent(event, { involvedObject, component: "plures", host: nodeName }, now);
}

interface Subject {
  readonly involvedObject: { readonly name: string; readonly namespace?: string };
  readonly component: string;
  readonly host: string;
}

function buildEvent(
  event: PodEvent,
  { involvedObject, component, host }: Subject & { readonly involvedObject: EventBody },
  now: Date,
): EventBody {
  const time = now.toISOString().replace(/\.\d+Z$/, "Z");
  const nanoseconds = BigInt(now.getTime()) * 1_000_000n + BigInt(Math.floor(Math.random() * 1_000_000));
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: `${involvedObject.name}.${nanoseconds.toString(16)}`,
      namespace: involvedObject.namespace ?? "default",
    },
    involvedObject,
    type: event.type,
    reason: event.reason,
    message: event.message.slice(0, 1024),
    source: { component, ...(host !== "" && { host }) },
    reportingComponent: component,
    reportingInstance: host,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
