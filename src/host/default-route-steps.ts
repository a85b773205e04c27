// SPDX-License-Identifier: Apache-2.0
import { isDefaultRoute, type NextHop, type Route, type RoutePlace, routeNumbers } from "./netlink/index.ts";

/** A default route by index of its interface. */
export interface WantedRoute {
  readonly family: Route["family"];
  readonly link: number;
  readonly gateway: string | undefined;
  /** 0 is the kernel's default: none for IPv4, 1024 for IPv6. */
  readonly metric: number;
}

/** One change of the routing table; its inverse is `inverseOf`. */
export type RouteStep =
  | { readonly act: "add"; readonly route: Route; readonly place: RoutePlace }
  | { readonly act: "delete"; readonly route: Route; readonly place: RoutePlace };

const kernelMetric = { ipv4: 0, ipv6: 1024 } as const;

/**
 * The steps from `current` to a table without `remove` and with `add`: what is absent or there already needs
 * none. A route with several next hops loses only those that are named. All `current` routes that are no
 * default stay.
 */
export function planRouteSteps(
  current: readonly Route[],
  wanted: { readonly remove: readonly WantedRoute[]; readonly add: readonly WantedRoute[] },
): readonly RouteStep[] {
  const defaults = current.filter(isDefaultRoute);
  const removals = defaults.flatMap((route, at) => {
    const isNamed = (hop: NextHop): boolean => wanted.remove.some((one) => isSame(one, route, hop));
    const rest = route.nextHops.filter((hop) => !isNamed(hop));
    if (rest.length === route.nextHops.length) return [];
    const before = defaults.slice(0, at).some((other) => isRival(other, route));
    const place: RoutePlace = before ? "last" : "first";
    const gone: RouteStep = { act: "delete", route, place };
    return rest.length === 0
      ? [gone]
      : [gone, { act: "add", route: { ...route, nextHops: rest }, place } as const];
  });
  const kept = defaults.flatMap((route) =>
    route.nextHops
      .filter((hop) => !wanted.remove.some((one) => isSame(one, route, hop)))
      .map((hop) => [route, hop] as const),
  );
  const additions = wanted.add
    .filter((one) => !kept.some(([route, hop]) => isSame(one, route, hop)))
    .map((one): RouteStep => ({ act: "add", route: newRoute(one), place: "alone" }));
  return [...removals, ...additions];
}

/** What takes `step` back; a deleted route returns to its place among those of the same metric. */
export function inverseOf(step: RouteStep): RouteStep {
  return { ...step, act: step.act === "add" ? "delete" : "add" };
}

function metricOf({ family, metric }: WantedRoute): number {
  return metric === 0 ? kernelMetric[family] : metric;
}

function isSame(wanted: WantedRoute, route: Route, hop: NextHop): boolean {
  return (
    wanted.family === route.family &&
    metricOf(wanted) === route.metric &&
    wanted.link === hop.link &&
    wanted.gateway === hop.gateway
  );
}

/** Whether two routes differ only in where they lead: the first of them wins. */
function isRival(a: Route, b: Route): boolean {
  return a.family === b.family && a.metric === b.metric && a.tos === b.tos;
}

function newRoute(wanted: WantedRoute): Route {
  const { family, link, gateway } = wanted;
  // IPv4 wants the scope to say that there is no gateway; IPv6 knows no scopes.
  const scope = family === "ipv4" && gateway === undefined ? routeNumbers.linkScope : routeNumbers.universe;
  return {
    family,
    destination: family === "ipv4" ? "0.0.0.0/0" : "::/0",
    table: routeNumbers.mainTable,
    protocol: routeNumbers.boot,
    scope,
    type: routeNumbers.unicast,
    tos: 0,
    metric: metricOf(wanted),
    cloned: false,
    nextHops: [{ link, gateway, weight: 1, onlink: false, rest: [] }],
    rest: [],
  };
}
