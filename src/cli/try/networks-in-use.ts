// SPDX-License-Identifier: Apache-2.0
import {
  annotationKeys,
  type MultusConfig,
  type NetworkSelection,
  type Pod,
  parseDefaultNetworkAnnotation,
  parseNetworkSelections,
} from "../../attachments/index.ts";
import { CniError, type NetworkConfig, parseNetworkConfig } from "../../cni/index.ts";
import type { Scenario } from "./read-scenario.ts";

/** A network that the pods will be attached to. */
export interface NetworkInUse {
  /** What a reader knows it by: `namespace/name` of the NAD, or the name in the CNI configuration. */
  readonly label: string;
  readonly config: NetworkConfig;
}

/** The networks that the pods ask for or get by default, each once, as far as they can be read: what cannot be is told
 *  by the attachment itself, in the words that a container runtime would get. */
export function networksInUse(
  pods: readonly Pod[],
  scenario: Scenario,
  config: MultusConfig,
): readonly NetworkInUse[] {
  const byDefault = [config.clusterNetwork, ...config.defaultNetworks].map((name) => ({
    namespace: config.multusNamespace,
    name,
  }));
  const wanted = new Set(
    [...byDefault, ...pods.flatMap((pod) => selectionsOf(pod, config))].map(
      ({ namespace, name }) => `${namespace}/${name}`,
    ),
  );
  const delegates = config.delegates.map((delegate) => ({ label: delegate.name, config: delegate }));
  const networks = scenario.networks.flatMap((network) => {
    const label = `${network.namespace}/${network.name}`;
    if (!wanted.has(label)) return [];
    const read = unlessInvalid(() =>
      parseNetworkConfig(network.config, label, { defaultName: network.name }),
    );
    return read === undefined ? [] : [{ label, config: read }];
  });
  return [...delegates, ...networks];
}

function selectionsOf(pod: Pod, { multusNamespace }: MultusConfig): readonly NetworkSelection[] {
  const networks = pod.annotations[annotationKeys.networks] ?? "";
  const primary = pod.annotations[annotationKeys.defaultNetwork] ?? "";
  const selected = unlessInvalid(() => parseNetworkSelections(networks, pod.namespace)) ?? [];
  const replaced = unlessInvalid(() => parseDefaultNetworkAnnotation(primary, multusNamespace));
  return replaced === undefined ? selected : [...selected, replaced];
}

function unlessInvalid<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CniError) return undefined;
    throw error;
  }
}
