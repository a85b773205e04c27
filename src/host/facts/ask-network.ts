// SPDX-License-Identifier: Apache-2.0
import type { InterfaceFact, RouteFact } from "../../diagnosis/index.ts";
import { withNetlink } from "../namespace.ts";
import {
  type Link,
  listAddresses,
  listAllRoutes,
  listLinks,
  type Route,
  routeNumbers,
} from "../netlink/index.ts";
import { lookForNow } from "./look-for.ts";
import type { Machine } from "./machine.ts";

/** The interfaces of this host, by number, as the kernel tells them. */
export async function askInterfaces(machine: Machine): Promise<readonly InterfaceFact[]> {
  return withNetlink(undefined, async (netlink) => {
    const links = await listLinks(netlink);
    const addresses = await listAddresses(netlink);
    const names = new Map(links.map(({ index, name }) => [index, name]));
    return links
      .toSorted((a, b) => a.index - b.index)
      .map((link) => ({
        ...tellLink(link, names),
        ...readDevice(machine, link.name),
        addresses: addresses.filter((address) => address.link === link.index).map(({ cidr }) => cidr),
      }));
  });
}

function tellLink(link: Link, names: ReadonlyMap<number, string>): InterfaceFact {
  const { index, name, kind, mac, mtu, up, loopback, master, parent } = link;
  // The other end of a veth pair is no parent, and in another namespace its number means another interface.
  const below = kind === "veth" || parent === index ? undefined : parent;
  return {
    name,
    index,
    kind,
    mac,
    mtu,
    up,
    loopback,
    controller: master === undefined ? undefined : names.get(master),
    parent: below === undefined ? undefined : names.get(below),
  };
}

function readDevice(machine: Machine, name: string): Pick<InterfaceFact, "physical" | "carrier"> {
  const folder = `/sys/class/net/${name}`;
  const device = lookForNow(name, () => machine.look(`${folder}/device`) !== undefined);
  // The kernel refuses to tell it of an interface that is off.
  const carrier = lookForNow(name, () => machine.readText(`${folder}/carrier`)?.trim());
  return {
    physical: device.kind === "known" ? device.value : undefined,
    carrier: carrier.kind === "known" && carrier.value !== undefined ? carrier.value === "1" : undefined,
  };
}

/** The unicast routes of this host's main table, IPv4 first, one row for each next hop. */
export async function askRoutes(): Promise<readonly RouteFact[]> {
  return withNetlink(undefined, async (netlink) => {
    const names = new Map((await listLinks(netlink)).map(({ index, name }) => [index, name]));
    return (await listAllRoutes(netlink)).filter(isOfMainTable).flatMap((route) => tellRoute(route, names));
  });
}

function isOfMainTable({ table, type, cloned }: Route): boolean {
  return table === routeNumbers.mainTable && type === routeNumbers.unicast && !cloned;
}

function tellRoute(route: Route, names: ReadonlyMap<number, string>): readonly RouteFact[] {
  const { family, destination, metric, nextHops } = route;
  return nextHops.map(({ link, gateway }) => ({
    family,
    destination,
    gateway,
    interface: names.get(link),
    metric,
  }));
}
