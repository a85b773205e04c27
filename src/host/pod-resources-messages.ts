// SPDX-License-Identifier: Apache-2.0
import { fieldsOf, messagesAt, textsAt } from "./protobuf-fields.ts";

/** A pod of this node and the devices that it was given. */
export interface PodDevices {
  readonly name: string;
  readonly namespace: string;
  /** Device ids by resource name, in the order of containers and of allocation. */
  readonly devices: ReadonlyMap<string, readonly string[]>;
}

/**
 * Decodes ListPodResourcesResponse of the kubelet's pod-resources API. What we read is the same in v1 and
 * v1alpha1: `pod_resources = 1 {name = 1, namespace = 2, containers = 3 {devices = 2 {resource_name = 1,
 * device_ids = 2}}}`. Throws a RangeError for bytes that are no such message.
 */
export function decodePodResources(message: Uint8Array): readonly PodDevices[] {
  return messagesAt(fieldsOf(message), 1).map((pod) => {
    const devices = new Map<string, string[]>();
    for (const container of messagesAt(pod, 3)) {
      for (const device of messagesAt(container, 2)) {
        const resource = textsAt(device, 1).at(-1) ?? "";
        devices.set(resource, [...(devices.get(resource) ?? []), ...textsAt(device, 2)]);
      }
    }
    return { name: textsAt(pod, 1).at(-1) ?? "", namespace: textsAt(pod, 2).at(-1) ?? "", devices };
  });
}
