// SPDX-License-Identifier: Apache-2.0
import type { PodEvent, PodIdentity } from "../attachments/index.ts";

/**
 * The body of a core/v1 Event about a pod, as upstream Multus emits it (source `multus`): tools filter on
 * that. The name is made as client-go does, pod name and time, so that `kubectl get events` sorts alike.
 */
export function buildPodEvent(pod: PodIdentity, event: PodEvent, now: Date): Record<string, unknown> {
  const time = now.toISOString().replace(/\.\d+Z$/, "Z");
  const nanoseconds = BigInt(now.getTime()) * 1_000_000n + BigInt(Math.floor(Math.random() * 1_000_000));
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${pod.name}.${nanoseconds.toString(16)}`, namespace: pod.namespace },
    involvedObject: { apiVersion: "v1", kind: "Pod", name: pod.name, namespace: pod.namespace, uid: pod.uid },
    type: event.type,
    reason: event.reason,
    message: event.message.slice(0, 1024),
    source: { component: "multus" },
    reportingComponent: "multus",
    reportingInstance: "",
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
