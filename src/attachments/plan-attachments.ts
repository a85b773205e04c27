// SPDX-License-Identifier: Apache-2.0
import {
  CniError,
  type CniRequest,
  type CniVersion,
  cniErrorCodes,
  type NetworkConfig,
  negotiateVersion,
  type PluginConfig,
  pluginStdin,
  setKeys,
} from "../cni/index.ts";
import type { AttachMode } from "./attach-mode.ts";
import { type DefaultRouteDecisions, decideDefaultRoutes } from "./default-routes.ts";
import { type AssignedDevice, deviceInfoFile } from "./devices.ts";
import { handedOnArgs } from "./handed-on-args.ts";
import { interfaceNames } from "./interface-names.ts";
import type { MultusConfig } from "./multus-types.ts";
import type { Attachment, AttachmentPlan, AttachmentRole, PlannedPlugin, PodIdentity } from "./plan.ts";
import { declaredValues, runtimeValues } from "./runtime-config.ts";
import type { NetworkSelection } from "./selection-types.ts";

/** A network whose configuration is known. */
export interface ResolvedNetwork {
  readonly role: AttachmentRole;
  /** `namespace/name` of the NAD, or the name in the CNI config. */
  readonly label: string;
  readonly config: NetworkConfig;
  /** undefined for networks that the pod did not ask for. */
  readonly selection: NetworkSelection | undefined;
  readonly device: AssignedDevice | undefined;
  /** What its NAD says in place of the configuration's `attach`. */
  readonly attach?: AttachMode | undefined;
}

/** Everything that decides what a pod gets. */
export interface PlanInput {
  readonly request: Pick<CniRequest, "containerId" | "ifName" | "netns" | "args">;
  readonly config: Pick<MultusConfig, "runtimeConfig" | "attach">;
  /** Where the plugins are looked up. */
  readonly searchDirs: readonly string[];
  readonly pod: PodIdentity | undefined;
  /** In order, the primary first. */
  readonly networks: readonly ResolvedNetwork[];
  /** VERSION answers by plugin type, those of IPAM plugins included; undefined where a plugin gave none. */
  readonly versions: ReadonlyMap<string, readonly string[] | undefined>;
}

/**
 * Decides everything that ADD will do. The plan is plain JSON. Throws a CniError: code 7 for networks that
 * cannot go together (interface names, default routes) or a device that no plugin takes, 1 for a plugin that
 * speaks no common version.
 */
export function planAttachments(input: PlanInput): AttachmentPlan {
  const { request, networks } = input;
  const names = interfaceNames(networks, request.ifName);
  const routes = decideDefaultRoutes(networks);
  return {
    schemaVersion: 1,
    containerId: request.containerId,
    ifName: request.ifName,
    netns: request.netns,
    pod: input.pod,
    searchDirs: input.searchDirs,
    attachments: networks.map((network, index) =>
      planAttachment(input, network, {
        interface: names[index] ?? request.ifName,
        // A chain on the primary's interface shares the primary's routes.
        defaultRoutes: routes[network.role === "auxiliary" ? 0 : index] ?? keepBoth,
      }),
    ),
  };
}

const keepBoth: DefaultRouteDecisions = { ipv4: { kind: "keep" }, ipv6: { kind: "keep" } };

function planAttachment(
  { request, config, pod, versions }: PlanInput,
  network: ResolvedNetwork,
  decided: Pick<Attachment, "interface" | "defaultRoutes">,
): Attachment {
  const { selection } = network;
  const device = network.device && {
    ...network.device,
    infoFile: deviceInfoFile({
      network: network.label,
      containerId: request.containerId,
      interface: decided.interface,
    }),
  };
  requireDeviceIsTaken(network);
  const values = runtimeValues({ role: network.role, fromRuntime: config.runtimeConfig, selection, device });
  return {
    role: network.role,
    network: network.label,
    cniName: network.config.name,
    ...decided,
    cniVersion: network.config.cniVersion,
    cniArgs: handedOnArgs({ ...request, pod, selection }),
    plugins: network.config.plugins.map((plugin) =>
      planPlugin(network, plugin, { versions, runtimeConfig: declaredValues(values, plugin) }),
    ),
    ...(mayRunSideBySide(network, config) && { sideBySide: true as const }),
    disableCheck: network.config.disableCheck,
    disableGC: network.config.disableGC,
    requested: {
      ips: selection?.ips ?? [],
      mac: selection?.mac,
      infinibandGuid: selection?.infinibandGuid,
      deviceId: selection?.deviceId,
    },
    device,
  };
}

/** The primary comes before all others, and a chain works on the interface that they leave it. */
function mayRunSideBySide({ role, attach }: ResolvedNetwork, config: Pick<MultusConfig, "attach">): boolean {
  return role === "network" && (attach ?? config.attach) === "parallel";
}

function planPlugin(
  { config, device, label, selection }: ResolvedNetwork,
  plugin: PluginConfig,
  given: Pick<PlanInput, "versions"> & { readonly runtimeConfig: Readonly<Record<string, unknown>> },
): PlannedPlugin {
  const cniVersion = commonVersion(plugin, { wanted: config.cniVersion, label, versions: given.versions });
  const stdin = pluginStdin({
    plugin: { ...plugin, text: withDevice(plugin.text, device) },
    name: config.name,
    cniVersion,
    runtimeConfig: given.runtimeConfig,
    cniArgs: selection?.cniArgs,
  });
  return { type: plugin.type, cniVersion, stdin };
}

/**
 * Upstream writes an allocated device into every plugin of a network; a device that the pod names itself only
 * goes to plugins that declare the capability, else any user could name any device of the node.
 */
function withDevice(text: string, device: AssignedDevice | undefined): string {
  if (device?.resourceName === undefined) return text;
  const id = JSON.stringify(device.deviceId);
  return setKeys(text, { deviceID: id, pciBusID: id });
}

function requireDeviceIsTaken({ device, config, label }: ResolvedNetwork): void {
  if (device === undefined || device.resourceName !== undefined) return;
  if (config.plugins.some(({ capabilities }) => capabilities.includes("deviceID"))) return;
  throw new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `network "${label}" does not take device "${device.deviceId}": no plugin of it declares deviceID`,
    { hint: 'add "capabilities": {"deviceID": true} to the NAD, or annotate the NAD with its resourceName' },
  );
}

/** The IPAM plugin is given the same standard input, so both have to know the version. */
function commonVersion(
  { type, ipamType }: PluginConfig,
  of: Pick<PlanInput, "versions"> & { readonly wanted: CniVersion; readonly label: string },
): CniVersion {
  const lists = [type, ipamType].map((name) => (name === undefined ? undefined : of.versions.get(name)));
  const version = negotiateVersion(of.wanted, lists);
  if (version !== undefined) return version;
  const [own, ipam] = lists.map((list) => list?.join(", ") || "nothing that we know");
  const withIpam = ipamType === undefined ? "" : `, its IPAM plugin "${ipamType}" ${ipam}`;
  throw new CniError(
    cniErrorCodes.incompatibleVersion,
    `network "${of.label}": no common CNI version: plugin "${type}" speaks ${own}${withIpam}`,
    { hint: "install plugins of the same release" },
  );
}
