// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import type { IpFamily } from "../../cni/index.ts";
import { createNetworkNamespace, removeNetworkNamespace, withNetlink } from "../namespace.ts";
import {
  changeLink,
  findLink,
  listAddresses,
  listAllRoutes,
  listLinks,
  type Netlink,
  type Route,
  routeNumbers,
} from "../netlink/index.ts";
import { namespaceFolder } from "./prepare.ts";

/** A pod's network namespace in the sandbox. */
export interface PodSandbox {
  /** What CNI_NETNS is for the pod's plugins. */
  readonly netns: string;
  /** Takes the namespace away, and with it what links are still in it. Again is fine. */
  remove(): void;
}

/** What is in a pod's network namespace, `lo` left aside. Plain data. */
export interface PodNetwork {
  readonly interfaces: readonly PodInterface[];
  /**
   * The main table of both families, IPv4 first, without what every IPv6 interface has (fe80::/64, ff00::/8).
   */
  readonly routes: readonly PodRoute[];
}

export interface PodInterface {
  readonly name: string;
  /** As `ip link` calls it: `veth`, `macvlan`; undefined for hardware. */
  readonly kind: string | undefined;
  readonly mac: string | undefined;
  readonly mtu: number;
  readonly up: boolean;
  /** Global addresses, CIDR notation, IPv4 first. */
  readonly addresses: readonly string[];
  /** Addresses that are good on this link only. */
  readonly linkAddresses: readonly string[];
}

export interface PodRoute {
  readonly family: IpFamily;
  /** CIDR notation; `0.0.0.0/0` and `::/0` are default routes. */
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly interface: string;
  readonly metric: number;
}

/**
 * Makes a pod's namespace with `lo` up, as a container runtime does before it calls plugins. `name` is one
 * file name. Throws a CniError (code 5), such as for a name that is taken.
 */
export async function createPodSandbox(name: string): Promise<PodSandbox> {
  const netns = join(namespaceFolder, name);
  createNetworkNamespace(netns);
  await withNetlink(netns, async (netlink) => {
    const loopback = await findLink(netlink, "lo");
    if (loopback !== undefined) await changeLink(netlink, loopback, { up: true });
  });
  return { netns, remove: () => removeNetworkNamespace(netns) };
}

/** What the kernel says is in the namespace at `netns`. Throws a CniError (code 3) when there is none. */
export async function inspectPod(netns: string): Promise<PodNetwork> {
  return withNetlink(netns, async (netlink) => {
    const links = (await listLinks(netlink)).filter(({ loopback }) => !loopback);
    const addresses = await listAddresses(netlink);
    const names = new Map(links.map(({ index, name }) => [index, name]));
    const interfaces = links.map(({ index, name, kind, mac, mtu, up }) => {
      const own = addresses.filter(({ link }) => link === index);
      const global = own.filter(({ scope }) => scope === routeNumbers.universe);
      const local = own.filter(({ scope }) => scope !== routeNumbers.universe);
      const cidrs = (list: typeof own): readonly string[] => list.map(({ cidr }) => cidr);
      return { name, kind, mac, mtu, up, addresses: cidrs(global), linkAddresses: cidrs(local) };
    });
    return { interfaces, routes: await readRoutes(netlink, names) };
  });
}

const noise = new Set(["fe80::/64", "ff00::/8"]);

async function readRoutes(
  netlink: Netlink,
  names: ReadonlyMap<number, string>,
): Promise<readonly PodRoute[]> {
  const isShown = ({ table, type, cloned, destination }: Route): boolean =>
    table === routeNumbers.mainTable && type === routeNumbers.unicast && !cloned && !noise.has(destination);
  return (await listAllRoutes(netlink)).filter(isShown).flatMap(({ family, destination, metric, nextHops }) =>
    nextHops.map(({ gateway, link }) => ({
      family,
      destination,
      gateway,
      interface: names.get(link) ?? "",
      metric,
    })),
  );
}
