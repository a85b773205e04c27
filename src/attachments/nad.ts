// SPDX-License-Identifier: Apache-2.0
import { type NetworkConfig, parseNetworkConfig } from "../cni/index.ts";
import { annotationKeys } from "./annotation-keys.ts";
import type { MultusConfig } from "./multus-types.ts";
import type { NetworkSource } from "./network-sources.ts";
import type { NetworkAttachmentDefinition } from "./objects.ts";
import { refuseSelfDelegation } from "./self-delegation.ts";

/**
 * - `config`: the NAD holds its configuration
 * - `config-name`: it holds none and means the CNI configuration of its name on the node (`chooseByName`)
 */
export type NadConfig =
  | { readonly kind: "config"; readonly config: NetworkConfig }
  | Extract<NetworkSource, { kind: "config-name" }>;

/**
 * Where a NAD's configuration is (NPWG de-facto standard 1.3, section 3.2). One without `name` has the NAD's
 * name. Throws a CniError: code 6 for broken JSON, with line and column inside `spec.config`, 7 for a wrong
 * configuration.
 */
export function networkConfigOfNad(
  nad: NetworkAttachmentDefinition,
  config: Pick<MultusConfig, "confDir">,
): NadConfig {
  if (nad.config.trim() === "") return { kind: "config-name", folder: config.confDir, name: nad.name };
  const source = `NetworkAttachmentDefinition ${nad.namespace}/${nad.name} spec.config`;
  const parsed = parseNetworkConfig(nad.config, source, { defaultName: nad.name });
  refuseSelfDelegation(JSON.parse(nad.config), source);
  return { kind: "config", config: parsed };
}

/** The device plugin resource that attachments to a NAD take a device of; undefined when they take none. */
export function resourceNameOf(nad: Pick<NetworkAttachmentDefinition, "annotations">): string | undefined {
  return nad.annotations[annotationKeys.resourceName] || undefined;
}
