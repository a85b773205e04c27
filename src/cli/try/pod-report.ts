// SPDX-License-Identifier: Apache-2.0
import { isJsonObject } from "../../cni/index.ts";
import type { PodNetwork } from "../../host/sandbox/index.ts";
import type { Attached } from "./node.ts";
import type { Endpoint } from "./plan-pings.ts";
import type { InterfaceReport, PodReport } from "./report.ts";
import type { Container } from "./runtime-call.ts";

/** A pod that was tried: what the plugins said, and what the kernel says. */
export interface TriedPod {
  readonly container: Container;
  readonly attached: Attached;
  readonly inside: PodNetwork;
}

/**
 * What is told of a pod. Names, addresses and routes are the kernel's, which network they are of is the
 * plan's.
 */
export function podReport(
  { container, attached, inside }: TriedPod,
  detachError: PodReport["detachError"],
): PodReport {
  const { namespace, name } = container.pod;
  const status: unknown = attached.status === undefined ? [] : JSON.parse(attached.status);
  return {
    namespace,
    name,
    ok: attached.failure === undefined,
    error: attached.failure,
    detachError,
    interfaces: inside.interfaces.map((one) => interfaceReport(one.name, { attached, inside })),
    status: Array.isArray(status) ? status : [],
    milliseconds: attached.milliseconds,
  };
}

function interfaceReport(name: string, { attached, inside }: Omit<TriedPod, "container">): InterfaceReport {
  const found = inside.interfaces.find((one) => one.name === name);
  const attachment = attachmentOf(name, attached);
  const runs = attached.runs.filter((run) => run.interface === (attachment?.interface ?? name));
  return {
    name,
    network: attachment?.network ?? "",
    plugins: runs.map(({ plugin }) => plugin),
    addresses: found?.addresses ?? [],
    mac: found?.mac ?? "",
    mtu: found?.mtu ?? 0,
    routes: inside.routes.filter((route) => route.interface === name).map(describeRoute),
    milliseconds: runs.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  };
}

/** The attachment that made an interface: by the name it was asked for, else by the name in its result. */
function attachmentOf(name: string, { plan, results }: Attached) {
  const attachments = plan?.attachments ?? [];
  return (
    attachments.find((one) => one.interface === name) ??
    attachments.find((_, index) =>
      results.get(index)?.interfaces.some((one) => one.name === name && one.sandbox !== undefined),
    )
  );
}

function describeRoute({ destination, gateway, metric, family }: PodNetwork["routes"][number]): string {
  const isDefault = destination === "0.0.0.0/0" || destination === "::/0";
  const shownMetric =
    metric === 0 || (family === "ipv6" && usualIpv6Metrics.includes(metric)) ? "" : ` metric ${metric}`;
  return `${isDefault ? "default" : destination}${gateway === undefined ? "" : ` via ${gateway}`}${shownMetric}`;
}

/** What the kernel gives to an IPv6 route when nobody says anything: those of addresses, and others. */
const usualIpv6Metrics: readonly number[] = [256, 1024];

/** The pod's interfaces as ends of pings. */
export function endpointsOf({ container, attached, inside }: TriedPod): readonly Endpoint[] {
  return inside.interfaces.flatMap(({ name, addresses }) => {
    const attachment = attachmentOf(name, attached);
    if (attachment === undefined) return [];
    const index = attached.plan?.attachments.indexOf(attachment) ?? -1;
    const fromResult = attached.results.get(index)?.ips.map(({ gateway }) => gateway) ?? [];
    const fromRoutes = inside.routes
      .filter((route) => route.interface === name)
      .map(({ gateway }) => gateway);
    const gateways = [...fromResult, ...fromRoutes].filter((gateway) => gateway !== undefined);
    const plugin: unknown = JSON.parse(attachment.plugins[0]?.stdin ?? "{}");
    return [
      {
        pod: `${container.pod.namespace}/${container.pod.name}`,
        interface: name,
        network: attachment.network,
        addresses,
        gateways: [...new Set(gateways)],
        plugin: isJsonObject(plugin) ? plugin : {},
      },
    ];
  });
}
