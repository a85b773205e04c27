// SPDX-License-Identifier: Apache-2.0
import { type CniResult, defaultRouteFamily, type ResultDns } from "../cni/index.ts";
import type { Attachment, AttachmentPlan } from "./plan.ts";
import { type PodInterface, podInterfaces } from "./pod-interfaces.ts";

/**
 * One entry of the annotation `k8s.v1.cni.cncf.io/network-status` (NPWG de-facto standard 1.3, section 5).
 */
export interface NetworkStatus {
  readonly name: string;
  readonly interface?: string;
  /** Without prefix length. */
  readonly ips?: readonly string[];
  readonly mac?: string;
  readonly mtu?: number;
  readonly default?: true;
  readonly dns: ResultDns;
  readonly "device-info"?: unknown;
  /** Next hops of the default routes. */
  readonly gateway?: readonly string[];
}

/**
 * What the pod got: one entry per interface in the pod, `default` on exactly one of the primary's. `results`
 * and `deviceInfo` are by index of the attachment; attachments without result and auxiliary chains have no
 * entry.
 */
export function networkStatusOf(
  plan: Pick<AttachmentPlan, "attachments">,
  results: ReadonlyMap<number, CniResult>,
  deviceInfo: ReadonlyMap<number, unknown>,
): readonly NetworkStatus[] {
  return plan.attachments.flatMap((attachment, index) => {
    const result = results.get(index);
    if (result === undefined || attachment.role === "auxiliary") return [];
    return entriesOf(attachment, result, deviceInfo.get(index));
  });
}

/** The annotation's text, laid out as upstream lays it out. */
export function encodeNetworkStatus(statuses: readonly NetworkStatus[]): string {
  return `[${statuses.map((status) => JSON.stringify(status, null, 4)).join(",")}]`;
}

function entriesOf(attachment: Attachment, result: CniResult, deviceInfo: unknown): readonly NetworkStatus[] {
  const interfaces = podInterfaces(result, attachment.interface);
  const main = interfaces.find(({ name }) => name === attachment.interface) ?? interfaces.at(-1);
  const gateways = result.routes.flatMap(({ dst, gw }) => (defaultRouteFamily(dst) && gw ? [gw] : []));
  const common = {
    dns: result.dns,
    ...(deviceInfo !== undefined && { "device-info": deviceInfo }),
    ...(gateways.length > 0 && { gateway: gateways }),
  };
  if (main === undefined) return [withoutInterfaces(attachment, result, common)];
  const defaultIndex = attachment.role === "primary" ? defaultOf(interfaces, main, result).index : undefined;
  return interfaces.map((each) => ({
    name: attachment.network,
    interface: each.name,
    ...ipsKey(addressesOf(each, interfaces, main, result)),
    ...(each.mac && { mac: each.mac }),
    ...(each.mtu && { mtu: each.mtu }),
    ...(each.index === defaultIndex && { default: true as const }),
    ...common,
  }));
}

/**
 * Results before 0.3.0 know no interfaces, and plugins that make none (userspace ones) say nothing at all.
 */
function withoutInterfaces(
  attachment: Attachment,
  result: CniResult,
  common: Pick<NetworkStatus, "dns">,
): NetworkStatus {
  return {
    name: attachment.network,
    ...(result.ips.length > 0 && { interface: attachment.interface }),
    ...ipsKey(result.ips.map(({ address }) => withoutPrefix(address))),
    ...(attachment.role === "primary" && { default: true as const }),
    ...common,
  };
}

/** The first interface that has a gateway, as upstream has it, else the attachment's own. */
function defaultOf(interfaces: readonly PodInterface[], main: PodInterface, result: CniResult): PodInterface {
  const withGateway = result.ips.flatMap((ip) => (ip.gateway ? [ip.interface] : []));
  return interfaces.find(({ index }) => index === withGateway.find((each) => each !== undefined)) ?? main;
}

/** The addresses of one interface; those that name no interface of the pod are the attachment's own. */
function addressesOf(
  each: PodInterface,
  interfaces: readonly PodInterface[],
  main: PodInterface,
  result: CniResult,
): readonly string[] {
  return result.ips
    .filter((ip) => (interfaces.find(({ index }) => index === ip.interface) ?? main) === each)
    .map(({ address }) => withoutPrefix(address));
}

function ipsKey(ips: readonly string[]): Pick<NetworkStatus, "ips"> {
  return ips.length > 0 ? { ips } : {};
}

function withoutPrefix(address: string): string {
  return address.split("/")[0] ?? address;
}
