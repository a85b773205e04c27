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
import type { Netlink } from "./netlink.ts";
import { NetlinkError } from "./netlink-error.ts";
import { decodeRoute, encodeRoute, encodeRouteDump, type Route, routeMessages } from "./route.ts";

/** All links of the namespace. */
export async function listLinks(netlink: Netlink): Promise<readonly Link[]> {
  const request = { doing: "listing the links", type: linkMessages.get, body: encodeLinkDump() };
  return (await netlink.dump(request)).map(decodeLink);
}

/** The link of that name; undefined when there is none. */
export async function findLink(netlink: Netlink, name: string): Promise<Link | undefined> {
  const request = {
    doing: `looking for the link "${name}"`,
    type: linkMessages.get,
    body: encodeLinkQuery(name),
  };
  try {
    return (await netlink.get(request)).map(decodeLink)[0];
  } catch (error) {
    if (error instanceof NetlinkError && error.code === "ENODEV") return undefined;
    throw error;
  }
}

/** Makes a link, down and without address, and gives it back. */
export async function createLink(netlink: Netlink, link: NewLink): Promise<Link> {
  const doing = `making the ${link.kind} link "${link.name}"`;
  const flags = messageFlags.create | messageFlags.exclusive;
  await netlink.change({ doing, type: linkMessages.create, body: encodeNewLink(link), flags });
  const made = await findLink(netlink, link.name);
  if (made === undefined) throw new NetlinkError(doing, "ENODEV");
  return made;
}

/** Changes a link; moving it and giving it the name it has in the other namespace is one change. */
export async function changeLink(netlink: Netlink, link: Link, change: LinkChange): Promise<void> {
  const doing = `changing the link "${link.name}" (${Object.keys(change).join(", ")})`;
  await netlink.change({ doing, type: linkMessages.change, body: encodeLinkChange(link.index, change) });
}

/** Takes a link away, with the other end of a veth pair. */
export async function deleteLink(netlink: Netlink, link: Link): Promise<void> {
  const doing = `deleting the link "${link.name}"`;
  await netlink.change({ doing, type: linkMessages.delete, body: encodeLinkDelete(link.index) });
}

// A kernel without IPv6 answers a request for that family with all families that it has.
const ofFamily =
  (wanted: IpFamily) =>
  (object: { readonly family: IpFamily }): boolean =>
    object.family === wanted;

/** All addresses of the namespace, IPv4 first. */
export async function listAddresses(netlink: Netlink): Promise<readonly LinkAddress[]> {
  const doing = "listing the addresses";
  const lists = ipFamilies.map(async (family) => {
    const bodies = await netlink.dump({ doing, type: addressMessages.get, body: encodeAddressDump(family) });
    return bodies.flatMap((body) => decodeAddress(body) ?? []).filter(ofFamily(family));
  });
  return (await Promise.all(lists)).flat();
}

/** Gives a link a global address (CIDR notation). */
export async function addAddress(netlink: Netlink, link: Link, cidr: string): Promise<void> {
  const doing = `adding the address "${cidr}" to the link "${link.name}"`;
  const family = familyOf(cidr.replace(/\/\d+$/, ""));
  if (family === undefined) throw new NetlinkError(doing, "EINVAL");
  const body = encodeAddress({ family, link: link.index, cidr, scope: 0 });
  const flags = messageFlags.create | messageFlags.exclusive;
  await netlink.change({ doing, type: addressMessages.add, body, flags });
}

/** All routes of one family, of every table. */
export async function listRoutes(netlink: Netlink, family: IpFamily): Promise<readonly Route[]> {
  const request = { doing: "listing the routes", type: routeMessages.get, body: encodeRouteDump(family) };
  const routes = (await netlink.dump(request)).flatMap((body) => decodeRoute(body) ?? []);
  return routes.filter(ofFamily(family));
}

/** All routes of both families, IPv4 first. */
export async function listAllRoutes(netlink: Netlink): Promise<readonly Route[]> {
  return (await Promise.all(ipFamilies.map((family) => listRoutes(netlink, family)))).flat();
}

/** Where a new route stands among those that differ only in next hops; `alone` refuses when there is one. */
export type RoutePlace = "alone" | "first" | "last";

const placeFlags = {
  alone: messageFlags.exclusive,
  first: 0,
  last: messageFlags.append,
} as const satisfies Record<RoutePlace, number>;

/** Adds a route; throws a NetlinkError, such as EEXIST or ENETUNREACH. */
export async function addRoute(netlink: Netlink, route: Route, place: RoutePlace): Promise<void> {
  const doing = `adding the route to "${route.destination}"`;
  const flags = messageFlags.create | placeFlags[place];
  await netlink.change({ doing, type: routeMessages.add, body: encodeRoute(route), flags });
}

/** Takes a route away; throws a NetlinkError, ESRCH when there is none like it. */
export async function deleteRoute(netlink: Netlink, route: Route): Promise<void> {
  const doing = `deleting the route to "${route.destination}"`;
  await netlink.change({ doing, type: routeMessages.delete, body: encodeRoute(route) });
}
