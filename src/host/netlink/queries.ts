// SPDX-License-Identifier: Apache-2.0
import { type IpFamily, ipFamilies } from "../../cni/index.ts";
import {
  addressMessages,
  decodeAddress,
  encodeAddress,
  encodeAddressDump,
  type LinkAddress,
} from "./address.ts";
import { familyOf } from "./address-text.ts";
import {
  decodeLink,
  encodeLinkChange,
  encodeLinkDelete,
  encodeLinkDump,
  encodeLinkQuery,
  encodeNewLink,
  type Link,
  type LinkChange,
  linkMessages,
  type NewLink,
} from "./link.ts";
import { messageFlags } from "./message.ts";
import { NetlinkError } from "./netlink-error.ts";
import { decodeRoute, encodeRoute, encodeRouteDump, type Route, routeMessages } from "./route.ts";
import type { Netlink } from "./socket.ts";

/** All links of the namespace. */
export function listLinks(netlink: Netlink): readonly Link[] {
  const request = { doing: "listing the links", type: linkMessages.get, body: encodeLinkDump() };
  return netlink.dump(request).map(decodeLink);
}

/** The link of that name; undefined when there is none. */
export function findLink(netlink: Netlink, name: string): Link | undefined {
  const doing = `looking for the link "${name}"`;
  try {
    return netlink.get({ doing, type: linkMessages.get, body: encodeLinkQuery(name) }).map(decodeLink)[0];
  } catch (error) {
    if (error instanceof NetlinkError && error.code === "ENODEV") return undefined;
    throw error;
  }
}

/** Makes a link, down and without address, and gives it back. */
export function createLink(netlink: Netlink, link: NewLink): Link {
  const doing = `making the ${link.kind} link "${link.name}"`;
  const flags = messageFlags.create | messageFlags.exclusive;
  netlink.change({ doing, type: linkMessages.create, body: encodeNewLink(link), flags });
  const made = findLink(netlink, link.name);
  if (made === undefined) throw new NetlinkError(doing, "ENODEV");
  return made;
}

/** Changes a link; moving it and giving it the name it has in the other namespace is one change. */
export function changeLink(netlink: Netlink, link: Link, change: LinkChange): void {
  const doing = `changing the link "${link.name}" (${Object.keys(change).join(", ")})`;
  netlink.change({ doing, type: linkMessages.change, body: encodeLinkChange(link.index, change) });
}

/** Takes a link away, with the other end of a veth pair. */
export function deleteLink(netlink: Netlink, link: Link): void {
  const doing = `deleting the link "${link.name}"`;
  netlink.change({ doing, type: linkMessages.delete, body: encodeLinkDelete(link.index) });
}

// A kernel without IPv6 answers a request for that family with all families that it has.
const ofFamily =
  (wanted: IpFamily) =>
  (object: { readonly family: IpFamily }): boolean =>
    object.family === wanted;

/** All addresses of the namespace, IPv4 first. */
export function listAddresses(netlink: Netlink): readonly LinkAddress[] {
  const doing = "listing the addresses";
  return ipFamilies.flatMap((family) =>
    netlink
      .dump({ doing, type: addressMessages.get, body: encodeAddressDump(family) })
      .flatMap((body) => decodeAddress(body) ?? [])
      .filter(ofFamily(family)),
  );
}

/** Gives a link a global address (CIDR notation). */
export function addAddress(netlink: Netlink, link: Link, cidr: string): void {
  const doing = `adding the address "${cidr}" to the link "${link.name}"`;
  const family = familyOf(cidr.replace(/\/\d+$/, ""));
  if (family === undefined) throw new NetlinkError(doing, "EINVAL");
  const body = encodeAddress({ family, link: link.index, cidr, scope: 0 });
  const flags = messageFlags.create | messageFlags.exclusive;
  netlink.change({ doing, type: addressMessages.add, body, flags });
}

/** All routes of one family, of every table. */
export function listRoutes(netlink: Netlink, family: IpFamily): readonly Route[] {
  const request = { doing: "listing the routes", type: routeMessages.get, body: encodeRouteDump(family) };
  const routes = netlink.dump(request).flatMap((body) => decodeRoute(body) ?? []);
  return routes.filter(ofFamily(family));
}

/** Where a new route stands among those that differ only in next hops; `alone` refuses when there is one. */
export type RoutePlace = "alone" | "first" | "last";

const placeFlags = {
  alone: messageFlags.exclusive,
  first: 0,
  last: messageFlags.append,
} as const satisfies Record<RoutePlace, number>;

/** Adds a route; throws a NetlinkError, such as EEXIST or ENETUNREACH. */
export function addRoute(netlink: Netlink, route: Route, place: RoutePlace): void {
  const doing = `adding the route to "${route.destination}"`;
  const flags = messageFlags.create | placeFlags[place];
  netlink.change({ doing, type: routeMessages.add, body: encodeRoute(route), flags });
}

/** Takes a route away; throws a NetlinkError, ESRCH when there is none like it. */
export function deleteRoute(netlink: Netlink, route: Route): void {
  const doing = `deleting the route to "${route.destination}"`;
  netlink.change({ doing, type: routeMessages.delete, body: encodeRoute(route) });
}
