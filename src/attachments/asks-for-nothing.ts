// SPDX-License-Identifier: Apache-2.0
import { annotationKeys } from "./annotation-keys.ts";
import type { MultusConfig } from "./multus-types.ts";
import type { Pod } from "./objects.ts";

/**
 * Whether a pod gets the node's primary network and nothing that only the API knows: its annotations select
 * no network, and the configuration names none for all pods.
 */
export function asksForNothing(
  pod: Pick<Pod, "namespace" | "annotations">,
  config: Pick<MultusConfig, "defaultNetworks" | "systemNamespaces">,
): boolean {
  const getsDefaults = config.defaultNetworks.length > 0 && !config.systemNamespaces.includes(pod.namespace);
  const selects = [annotationKeys.networks, annotationKeys.defaultNetwork].some(
    (key) => (pod.annotations[key] ?? "").trim() !== "",
  );
  return !getsDefaults && !selects;
}
