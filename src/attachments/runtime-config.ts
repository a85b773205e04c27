// SPDX-License-Identifier: Apache-2.0
import type { PluginConfig } from "../cni/index.ts";
import type { AttachmentRole } from "./plan.ts";
import type { NetworkSelection } from "./selection-types.ts";

/** What decides the `runtimeConfig` of a network's plugins. */
export interface RuntimeConfigSource {
  readonly role: AttachmentRole;
  /** What the runtime passed to us. */
  readonly fromRuntime: Readonly<Record<string, unknown>>;
  readonly selection: NetworkSelection | undefined;
  readonly device: { readonly deviceId: string; readonly infoFile: string } | undefined;
}

/**
 * Every value that a network's plugins may have, by capability: for the primary, and chains on its interface,
 * what the runtime passed; for every other network what the pod asks for (as Multus v4.3). A
 * device is for the one that it was allocated for.
 */
export function runtimeValues(source: RuntimeConfigSource): Readonly<Record<string, unknown>> {
  const { role, fromRuntime, selection, device } = source;
  const values = role === "network" ? requestedValues(selection) : fromRuntime;
  return device === undefined
    ? values
    : { ...values, deviceID: device.deviceId, CNIDeviceInfoFile: device.infoFile };
}

/** The values that one plugin gets: those of the capabilities that it declares, and no others. */
export function declaredValues(
  values: Readonly<Record<string, unknown>>,
  plugin: Pick<PluginConfig, "capabilities">,
): Readonly<Record<string, unknown>> {
  const declared = plugin.capabilities.filter((capability) => Object.hasOwn(values, capability));
  return Object.fromEntries(declared.map((capability) => [capability, values[capability]]));
}

/** What a selection asks for, by capability. */
export function requestedValues(selection: NetworkSelection | undefined): Readonly<Record<string, unknown>> {
  if (selection === undefined) return {};
  const { ips, mac, infinibandGuid, portMappings, bandwidth } = selection;
  return {
    ...(portMappings.length > 0 && { portMappings }),
    ...(bandwidth !== undefined && { bandwidth }),
    ...(ips.length > 0 && { ips }),
    ...(mac !== undefined && { mac }),
    ...(infinibandGuid !== undefined && { infinibandGUID: infinibandGuid }),
  };
}
