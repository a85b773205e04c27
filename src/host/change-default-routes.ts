// SPDX-License-Identifier: Apache-2.0
import type { DefaultRoute } from "../attachments/index.ts";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import type { PodNamespace } from "../verbs/index.ts";
import { inverseOf, planRouteSteps, type RouteStep, type WantedRoute } from "./default-route-steps.ts";
import {
  addRoute,
  decodeIp,
  deleteRoute,
  encodeIp,
  familyOf,
  type Link,
  listAllRoutes,
  listLinks,
  type Netlink,
  NetlinkError,
} from "./netlink/index.ts";

const unreachable = "ask for a gateway inside one of the networks of that interface";
const hints: Readonly<Record<string, string>> = {
  ENETUNREACH: unreachable,
  EHOSTUNREACH: unreachable,
  EINVAL: unreachable,
  EEXIST: "two default routes of one family need different metrics, or one of them has to go",
};

type RouteChange = Parameters<PodNamespace["changeDefaultRoutes"]>[1];

/**
 * Takes default routes away and adds others, in the namespace of `netlink`; what is so already stays. When a
 * step fails all before it are taken back, and a CniError (code 5) says which route it was; a gateway that is
 * no address gives code 7 before anything changes. Throws a NetlinkError when the tables cannot be read.
 */
export async function changeDefaultRoutes(netlink: Netlink, change: RouteChange): Promise<void> {
  const [links, current] = await Promise.all([listLinks(netlink), listAllRoutes(netlink)]);
  // An interface that is not there has no routes left to remove.
  const remove = change.remove.filter((route) => links.some((link) => link.name === route.interface));
  const steps = planRouteSteps(current, {
    remove: remove.map((route) => withLink(route, links)),
    add: change.add.map((route) => withLink(route, links)),
  });
  const done: RouteStep[] = [];
  for (const step of steps) {
    try {
      await take(netlink, step);
      done.unshift(step);
    } catch (cause) {
      const notPutBack: RouteStep[] = [];
      for (const inverse of done.map(inverseOf)) {
        if (!(await canTake(netlink, inverse))) notPutBack.push(inverse);
      }
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

async function take(netlink: Netlink, { act, route, place }: RouteStep): Promise<void> {
  if (act === "add") await addRoute(netlink, route, place);
  else await deleteRoute(netlink, route);
}

async function canTake(netlink: Netlink, step: RouteStep): Promise<boolean> {
  try {
    await take(netlink, step);
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
