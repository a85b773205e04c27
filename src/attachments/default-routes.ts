// SPDX-License-Identifier: Apache-2.0
import {
  CniError,
  type CniResult,
  cniErrorCodes,
  defaultRouteFamily,
  formatIp,
  type IpFamily,
  ipFamilies,
  isSameIp,
  parseIp,
} from "../cni/index.ts";
import type { DefaultRoute } from "./objects.ts";
import type { Attachment, AttachmentPlan, DefaultRouteDecision } from "./plan.ts";

const familyNames = { ipv4: "IPv4", ipv6: "IPv6" } as const satisfies Record<IpFamily, string>;

/** The decisions for both families. */
export type DefaultRouteDecisions = Attachment["defaultRoutes"];

/** A network and what its selection says about default routes. */
export interface RoutedNetwork {
  readonly label: string;
  readonly selection: { readonly defaultRoute: readonly string[] | undefined } | undefined;
}

/**
 * Decides once for the pod, IPv4 and IPv6 apart, which network gets the default route (NPWG de-facto standard
 * 1.3, key `default-route`): the one that asks has it via its gateway, all others lose theirs; a family that
 * nobody asks for stays as the plugins made it. An empty list asks to keep the network's own, in both
 * families. Throws a CniError (code 7) when two gateways of a family are asked for.
 */
export function decideDefaultRoutes(networks: readonly RoutedNetwork[]): readonly DefaultRouteDecisions[] {
  const [ipv4, ipv6] = ipFamilies.map((family) => decideFamily(networks, family));
  return networks.map((_, index) => ({ ipv4: ipv4?.[index] ?? keep, ipv6: ipv6?.[index] ?? keep }));
}

const keep: DefaultRouteDecision = { kind: "keep" };
const via = (gateway: string): DefaultRouteDecision => ({ kind: "via", gateway });

function decideFamily(networks: readonly RoutedNetwork[], family: IpFamily): readonly DefaultRouteDecision[] {
  const requests = networks.flatMap(({ label, selection }, index) => {
    const gateways = selection?.defaultRoute;
    if (gateways === undefined) return [];
    if (gateways.length === 0) return [{ index, label, decision: keep }];
    return gateways.flatMap((gateway) => {
      const ip = parseIp(gateway);
      return ip?.family === family ? [{ index, label, decision: via(formatIp(ip)) }] : [];
    });
  });
  const [chosen, second] = requests;
  if (second !== undefined) throw twoDefaultRoutes(family, chosen?.label ?? second.label, second.label);
  if (chosen === undefined) return networks.map(() => keep);
  return networks.map((_, index) => (index === chosen.index ? chosen.decision : { kind: "remove" }));
}

function twoDefaultRoutes(family: IpFamily, one: string, other: string): CniError {
  const who = one === other ? `network "${one}" asks` : `networks "${one}" and "${other}" ask`;
  return new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `${who} for two ${familyNames[family]} default routes, a pod has one`,
    { hint: `keep "default-route" on one network, with one ${familyNames[family]} gateway` },
  );
}

/** Whether a plan asks for anything but the default routes that the plugins make. */
export function changesDefaultRoutes(plan: Pick<AttachmentPlan, "attachments">): boolean {
  return plan.attachments.some(({ defaultRoutes }) =>
    ipFamilies.some((family) => defaultRoutes[family].kind !== "keep"),
  );
}

/** What to do to the pod's default routes. */
export interface DefaultRouteChange {
  readonly remove: readonly DefaultRoute[];
  readonly add: readonly DefaultRoute[];
}

/**
 * Compares the decisions with the default routes that the plugins made, all families at once; undefined when
 * all is as it should be. Where a network keeps its own, its routes stay and all others go.
 */
export function defaultRouteChange(
  plan: Pick<AttachmentPlan, "attachments">,
  current: readonly DefaultRoute[],
): DefaultRouteChange | undefined {
  const changes = ipFamilies.map((family) =>
    changeFamily(
      plan,
      family,
      current.filter((route) => route.family === family),
    ),
  );
  const remove = changes.flatMap((change) => change.remove);
  const add = changes.flatMap((change) => change.add);
  return remove.length + add.length === 0 ? undefined : { remove, add };
}

function changeFamily(
  { attachments }: Pick<AttachmentPlan, "attachments">,
  family: IpFamily,
  current: readonly DefaultRoute[],
): DefaultRouteChange {
  const asking = attachments.find(({ defaultRoutes }) => defaultRoutes[family].kind === "via");
  const decision = asking?.defaultRoutes[family];
  if (asking !== undefined && decision?.kind === "via") {
    const wanted: DefaultRoute = {
      family,
      interface: asking.interface,
      gateway: decision.gateway,
      metric: 0,
    };
    const present = current.find((route) => isSameRoute(route, wanted));
    return {
      remove: current.filter((route) => route !== present),
      add: present === undefined ? [wanted] : [],
    };
  }
  const losers = attachments.filter(({ defaultRoutes }) => defaultRoutes[family].kind === "remove");
  const lost = new Set(losers.map((attachment) => attachment.interface));
  return { remove: current.filter((route) => lost.has(route.interface)), add: [] };
}

function isSameRoute(one: DefaultRoute, other: DefaultRoute): boolean {
  return one.interface === other.interface && isSameIp(one.gateway ?? "", other.gateway ?? "");
}

const everywhere = { ipv4: "0.0.0.0/0", ipv6: "::/0" } as const satisfies Record<IpFamily, string>;

/**
 * A result with the default routes that its attachment has in the end, so that what is reported, and what
 * CHECK compares with, is true.
 */
export function editDefaultRoutes(
  result: CniResult,
  { defaultRoutes }: Pick<Attachment, "defaultRoutes">,
): CniResult {
  const decided = ipFamilies.filter((family) => defaultRoutes[family].kind !== "keep");
  if (decided.length === 0) return result;
  const kept = result.routes.filter(
    ({ dst }) => !decided.some((family) => defaultRouteFamily(dst) === family),
  );
  const added = decided.flatMap((family) => {
    const decision = defaultRoutes[family];
    return decision.kind === "via" ? [{ dst: everywhere[family], gw: decision.gateway }] : [];
  });
  return { ...result, routes: [...kept, ...added] };
}
