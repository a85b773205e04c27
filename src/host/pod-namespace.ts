// SPDX-License-Identifier: Apache-2.0
import type { DefaultRoute, ObservedInterface } from "../attachments/index.ts";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import type { PodNamespace } from "../verbs/index.ts";
import { changeDefaultRoutes } from "./change-default-routes.ts";
import { isNamespaceAt, isNamespaceGone, withNetlink } from "./namespace.ts";
import {
  deleteLink,
  findLink,
  isDefaultRoute,
  listAddresses,
  listLinks,
  listRoutes,
  type Netlink,
} from "./netlink/index.ts";

/**
 * Pods' network namespaces through rtnetlink: no program of the host is needed. Every method reads or changes
 * the kernel's state at once; reads of a namespace that has gone give nothing, changes of it a CniError (code
 * 3).
 */
export function createPodNamespace(): PodNamespace {
  return {
    isThere: async (netns) => isNamespaceAt(netns),
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
    removeInterface: async (netns, name) => {
      try {
        withNetlink(netns, (netlink) => removeInterface(netlink, name));
      } catch (error) {
        if (!isNamespaceGone(error)) throw asCniError(`removing "${name}" from "${netns}"`, error);
      }
    },
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

function readDefaultRoutes(netlink: Netlink): readonly DefaultRoute[] {
  const names = new Map(listLinks(netlink).map(({ index, name }) => [index, name]));
  return [...listRoutes(netlink, "ipv4"), ...listRoutes(netlink, "ipv6")]
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

function removeInterface(netlink: Netlink, name: string): void {
  const link = findLink(netlink, name);
  if (link !== undefined) deleteLink(netlink, link);
}

function readInterface(netlink: Netlink, name: string): ObservedInterface | undefined {
  const link = findLink(netlink, name);
  if (link === undefined) return undefined;
  const addresses = listAddresses(netlink).filter((address) => address.link === link.index);
  return { mac: link.mac ?? "", addresses: addresses.map(({ cidr }) => cidr) };
}
