// SPDX-License-Identifier: Apache-2.0
import type { DefaultRoute } from "../attachments/index.ts";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import type { PodNamespace } from "../verbs/ports.ts";
import { inverseOf, planRouteSteps, type RouteStep, type WantedRoute } from "./default-route-steps.ts";
import { isNamespaceGone, withNetlink } from "./namespace.ts";
import {
  addRoute,
  decodeIp,
  deleteRoute,
  encodeIp,
  familyOf,
  findLink,
  isDefaultRoute,
  type Link,
  listAddresses,
  listLinks,
  listRoutes,
  type Netlink,
  NetlinkError,
  type Route,
} from "./netlink/index.ts";

const unreachable = "ask for a gateway inside one of the networks of that interface";
const hints: Readonly<Record<string, string>> = {
  ENETUNREACH: unreachable,
  EHOSTUNREACH: unreachable,
  EINVAL: unreachable,
  EEXIST: "two default routes of one family need different metrics, or one of them has to go",
};

type RouteChange = Parameters<PodNamespace["changeDefaultRoutes"]>[1];

/** Pods' network namespaces through rtnetlink: no program of the host is needed. Every method reads or changes the
 *  kernel's state at once; reads of a namespace that has gone give nothing, changes of it a CniError (code 3). */
export function createPodNamespace(): PodNamespace {
  return {
    defaultRoutes: async (netns) => unlessGone(netns, [], readDefaultRoutes),
    changeDefaultRoutes: async (netns, change) => {
      if (change.remove.length + change.add.length === 0) return;
      try {
        withNetlink(netns, (netlink) => changeDefaultRoutes(netlink, change));
      } catch (error) {
        throw asCniError(`changing default routes in "${netns}"`, error);
      }
    },
    readInterface: async (netns, name) =>
      unlessGone(netns, undefined, (netlink) => readInterface(netlink, name)),
  };
}

function unlessGone<T>(netns: string, otherwise: T, read: (netlink: Netlink) => T): T {
  try {
    return withNetlink(netns, read);
  } catch (error) {
    if (isNamespaceGone(error)) return otherwise;
    throw asCniError(`reading the network namespace "${netns}"`, error);
  }
}

function asCniError(doing: string, cause: unknown): CniError {
  if (cause instanceof CniError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CniError(cniErrorCodes.ioFailure, `${doing}: ${reason}`, { cause });
}

function allRoutes(netlink: Netlink): readonly Route[] {
  return [...listRoutes(netlink, "ipv4"), ...listRoutes(netlink, "ipv6")];
}

function readDefaultRoutes(netlink: Netlink): readonly DefaultRoute[] {
  const names = new Map(listLinks(netlink).map(({ index, name }) => [index, name]));
  return allRoutes(netlink)
    .filter(isDefaultRoute)
    .flatMap(({ family, metric, nextHops }) =>
      nextHops.map((hop) => ({
        family,
        interface: names.get(hop.link) ?? "",
        gateway: hop.gateway,
        metric,
      })),
    );
}

function changeDefaultRoutes(netlink: Netlink, change: RouteChange): void {
  const links = listLinks(netlink);
  // An interface that is not there has no routes left to remove.
  const remove = change.remove.filter((route) => links.some((link) => link.name === route.interface));
  const steps = planRouteSteps(allRoutes(netlink), {
    remove: remove.map((route) => withLink(route, links)),
    add: change.add.map((route) => withLink(route, links)),
  });
  const done: RouteStep[] = [];
  for (const step of steps) {
    try {
      take(netlink, step);
      done.unshift(step);
    } catch (cause) {
      const notPutBack = done.map(inverseOf).filter((inverse) => !canTake(netlink, inverse));
      throw changeFailed({ step, cause, notPutBack, links });
    }
  }
}

function withLink(route: DefaultRoute, links: readonly Link[]): WantedRoute {
  const link = links.find(({ name }) => name === route.interface);
  const { family, gateway, metric } = route;
  if (gateway !== undefined && familyOf(gateway) === undefined) {
    throw new CniError(
      cniErrorCodes.invalidNetworkConfig,
      `adding ${describeRoute(route)}: the gateway is no IP address`,
      { hint: "write the gateway as an address without prefix length, such as 192.0.2.1" },
    );
  }
  if (link === undefined) {
    throw new CniError(
      cniErrorCodes.ioFailure,
      `adding ${describeRoute(route)}: the pod has no such interface`,
      { hint: `its interfaces are ${links.map(({ name }) => name).join(", ")}` },
    );
  }
  // The kernel knows one form of an address, people write several.
  return { family, link: link.index, gateway: gateway && decodeIp(encodeIp(gateway)), metric };
}

function take(netlink: Netlink, { act, route, place }: RouteStep): void {
  if (act === "add") addRoute(netlink, route, place);
  else deleteRoute(netlink, route);
}

function canTake(netlink: Netlink, step: RouteStep): boolean {
  try {
    take(netlink, step);
    return true;
  } catch {
    return false;
  }
}

function changeFailed(failure: {
  readonly step: RouteStep;
  readonly cause: unknown;
  readonly notPutBack: readonly RouteStep[];
  readonly links: readonly Link[];
}): CniError {
  const { step, cause, notPutBack, links } = failure;
  const reason = cause instanceof NetlinkError ? cause.reason : String(cause);
  const verb = step.act === "add" ? "adding" : "removing";
  const lost = notPutBack.map((one) => describeStep(one, links)).join(", ");
  return new CniError(
    cniErrorCodes.ioFailure,
    `${verb} ${describeStep(step, links)}: ${reason}${lost === "" ? "" : `; not put back: ${lost}`}`,
    { hint: cause instanceof NetlinkError ? hints[cause.code] : undefined, cause },
  );
}

function describeStep({ route }: RouteStep, links: readonly Link[]): string {
  const hops = route.nextHops.map(({ link, gateway }) => {
    const name = links.find(({ index }) => index === link)?.name ?? `interface ${link}`;
    return describeRoute({ family: route.family, interface: name, gateway, metric: route.metric });
  });
  return hops.join(" and ");
}

function describeRoute(route: DefaultRoute): string {
  const via = route.gateway === undefined ? "" : ` via ${route.gateway}`;
  const family = route.family === "ipv4" ? "IPv4" : "IPv6";
  return `the ${family} default route${via} on "${route.interface}"`;
}

function readInterface(
  netlink: Netlink,
  name: string,
): { mac: string; addresses: string[]; mtu: number } | undefined {
  const link = findLink(netlink, name);
  if (link === undefined) return undefined;
  const addresses = listAddresses(netlink).filter((address) => address.link === link.index);
  return { mac: link.mac ?? "", addresses: addresses.map(({ cidr }) => cidr), mtu: link.mtu };
}
