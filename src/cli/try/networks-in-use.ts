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

interface Asked {
  readonly pods: readonly Pod[];
  readonly scenario: Scenario;
  readonly config: MultusConfig;
}

/**
 * The networks that the pods ask for or get by default, each once, as far as they can be read: what cannot be
 * is told by the attachment itself, in the words that a container runtime would get.
 */
export function networksInUse({ pods, scenario, config }: Asked): readonly NetworkInUse[] {
  const byDefault = [config.clusterNetwork, ...config.defaultNetworks];
  const selected = pods.flatMap((pod) => selectionsOf(pod, config)).map(keyOf);
  const wanted = new Set([
    ...byDefault.map((name) => keyOf({ namespace: config.multusNamespace, name })),
    ...selected,
  ]);
  const delegates = config.delegates.map((delegate) => ({ label: delegate.name, config: delegate }));
  const networks = scenario.networks.flatMap((network) => {
    const label = keyOf(network);
    return wanted.has(label) ? readNetwork({ label, text: network.config, defaultName: network.name }) : [];
  });
  const text = scenario.primary?.text;
  const files = text === undefined ? [] : readNetwork({ label: "primary", text });
  const named = files.filter((file) => byDefault.includes(file.config.name));
  return [...delegates, ...named.map((file) => ({ ...file, label: file.config.name })), ...networks];
}

interface NetworkText {
  readonly label: string;
  readonly text: string;
  readonly defaultName?: string;
}

function readNetwork({ label, text, defaultName }: NetworkText): readonly NetworkInUse[] {
  const config = unlessInvalid(() => parseNetworkConfig(text, label, { defaultName }));
  return config === undefined ? [] : [{ label, config }];
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
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
