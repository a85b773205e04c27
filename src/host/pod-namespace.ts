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
  listAllRoutes,
  listLinks,
  type Netlink,
} from "./netlink/index.ts";

/** How to reach the network namespaces of pods. */
export interface NamespaceAccess {
  /** Whether there is a namespace at this path. */
  isThere(netns: string): Promise<boolean>;
  /**
   * Gives `act` rtnetlink in the namespace, and gives back what it gives. Rejects with a CniError, code 3
   * when there is no namespace, and with what `act` rejects with.
   */
  withNetlink<T>(netns: string, act: (netlink: Netlink) => Promise<T>): Promise<T>;
}

/** The namespaces of the host that we run on. */
const ownHost: NamespaceAccess = { isThere: async (netns) => isNamespaceAt(netns), withNetlink };

/**
 * Pods' network namespaces through rtnetlink, on this host unless `access` leads elsewhere: no program of the
 * host is needed. Reads of a namespace that has gone give nothing, changes of it a CniError (code 3).
 */
export function createPodNamespace(access: NamespaceAccess = ownHost): PodNamespace {
  const unlessGone = async <T>(netns: string, otherwise: T, read: (netlink: Netlink) => Promise<T>) => {
    try {
      return await access.withNetlink(netns, read);
    } catch (error) {
      if (isNamespaceGone(error)) return otherwise;
      throw asCniError(`reading the network namespace "${netns}"`, error);
    }
  };
  return {
    isThere: (netns) => access.isThere(netns),
    defaultRoutes: (netns) => unlessGone(netns, [], readDefaultRoutes),
    changeDefaultRoutes: async (netns, change) => {
      if (change.remove.length + change.add.length === 0) return;
      try {
        await access.withNetlink(netns, (netlink) => changeDefaultRoutes(netlink, change));
      } catch (error) {
        throw asCniError(`changing default routes in "${netns}"`, error);
      }
    },
    readInterface: (netns, name) => unlessGone(netns, undefined, (netlink) => readInterface(netlink, name)),
    removeInterface: async (netns, name) => {
      try {
        await access.withNetlink(netns, (netlink) => removeInterface(netlink, name));
      } catch (error) {
        if (!isNamespaceGone(error)) throw asCniError(`removing "${name}" from "${netns}"`, error);
      }
    },
  };
}

function asCniError(doing: string, cause: unknown): CniError {
  if (cause instanceof CniError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CniError(cniErrorCodes.ioFailure, `${doing}: ${reason}`, { cause });
}

async function readDefaultRoutes(netlink: Netlink): Promise<readonly DefaultRoute[]> {
  const [links, routes] = await Promise.all([listLinks(netlink), listAllRoutes(netlink)]);
  const names = new Map(links.map(({ index, name }) => [index, name]));
  return routes.filter(isDefaultRoute).flatMap(({ family, metric, nextHops }) =>
    nextHops.map((hop) => ({
      family,
      interface: names.get(hop.link) ?? "",
      gateway: hop.gateway,
      metric,
    })),
  );
}

async function removeInterface(netlink: Netlink, name: string): Promise<void> {
  const link = await findLink(netlink, name);
  if (link !== undefined) await deleteLink(netlink, link);
}

async function readInterface(netlink: Netlink, name: string): Promise<ObservedInterface | undefined> {
  const [link, addresses] = await Promise.all([findLink(netlink, name), listAddresses(netlink)]);
  if (link === undefined) return undefined;
  const own = addresses.filter((address) => address.link === link.index);
  return { mac: link.mac ?? "", addresses: own.map(({ cidr }) => cidr) };
}
