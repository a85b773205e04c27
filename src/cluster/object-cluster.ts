// SPDX-License-Identifier: Apache-2.0
import type { NetworkAttachmentDefinition, Pod, PodEvent, PodIdentity } from "../attachments/index.ts";
import type { Cluster } from "../verbs/ports.ts";

/** What was written to an object cluster, by `namespace/name` of the pod. */
export interface ObjectClusterRecord {
  readonly statuses: ReadonlyMap<string, string>;
  readonly events: ReadonlyMap<string, readonly PodEvent[]>;
}

/**
 * A cluster made of the objects at hand, without an API server: files that `plures try` was given, rows of a
 * test.
 */
export function createObjectCluster(objects: {
  readonly pods: readonly Pod[];
  readonly networks: readonly NetworkAttachmentDefinition[];
}): { readonly cluster: Cluster; readonly record: ObjectClusterRecord } {
  const statuses = new Map<string, string>();
  const events = new Map<string, PodEvent[]>();
  const find = <T extends { readonly namespace: string; readonly name: string }>(
    all: readonly T[],
    key: string,
  ) => {
    const value = all.find((object) => keyOf(object) === key);
    return value === undefined ? ({ kind: "absent" } as const) : ({ kind: "found", value } as const);
  };
  const cluster: Cluster = {
    readPod: async (namespace, name) => find(objects.pods, keyOf({ namespace, name })),
    readNetwork: async (namespace, name) => find(objects.networks, keyOf({ namespace, name })),
    namespacesOfNetwork: async (name) =>
      objects.networks.filter((network) => network.name === name).map(({ namespace }) => namespace),
    writeNetworkStatus: async (pod, status) => {
      const found = find(objects.pods, keyOf(pod));
      if (found.kind === "absent" || found.value.uid !== pod.uid) return { kind: "absent" };
      statuses.set(keyOf(pod), status);
      return { kind: "found", value: undefined };
    },
    emitEvent: async (pod, event) => {
      events.set(keyOf(pod), [...(events.get(keyOf(pod)) ?? []), event]);
    },
  };
  return { cluster, record: { statuses, events } };
}

function keyOf(object: Pick<PodIdentity, "namespace" | "name">): string {
  return `${object.namespace}/${object.name}`;
}
