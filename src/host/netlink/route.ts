// SPDX-License-Identifier: Apache-2.0
import type { IpFamily } from "../../cni/index.ts";
import { decodeIp, encodeIp, familyNumbers, familyOfNumber } from "./address-text.ts";
import {
  type Attribute,
  attributeKind,
  decodeAttributes,
  encodeAttributes,
  findAttribute,
  findNumber,
  numberAttribute,
} from "./attributes.ts";
import { joinBytes, viewOf } from "./bytes.ts";
import { decodeNextHops, encodeNextHops, isOfNextHop, type NextHop, onlinkFlag } from "./next-hop.ts";

/** Message types of routes (linux/rtnetlink.h). */
export const routeMessages = { add: 24, delete: 25, get: 26 } as const;

/** A route as the kernel's tables hold it. */
export interface Route {
  readonly family: IpFamily;
  /** CIDR notation; `0.0.0.0/0` and `::/0` are default routes. */
  readonly destination: string;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  /** RTN_*: 1 is unicast. */
  readonly type: number;
  readonly tos: number;
  readonly metric: number;
  /** Made by the kernel for one flow (RTM_F_CLONED), not by somebody for good. */
  readonly cloned: boolean;
  /** At least one. */
  readonly nextHops: readonly NextHop[];
  /** Attributes that we have no words for (mtu, advmss, preferred source, ...), kept as they came. */
  readonly rest: readonly Attribute[];
}

/** Numbers of linux/rtnetlink.h that describe routes. */
export const routeNumbers = { mainTable: 254, unicast: 1, universe: 0, linkScope: 253, boot: 3 } as const;

const kinds = { destination: 1, metric: 6, cacheInfo: 12, table: 15 } as const;
const nextHopIdKind = 30;
const clonedFlag = 0x200;
const fixedLength = 12;

// What the kernel only reports (age, use) and refuses or ignores when it is sent back.
const understood = new Set<number>(Object.values(kinds));

/** The body of a route dump request for one family. */
export function encodeRouteDump(family: IpFamily): Uint8Array {
  const bytes = new Uint8Array(fixedLength);
  bytes[0] = familyNumbers[family];
  return bytes;
}

/** The body of a message that adds or deletes `route`. */
export function encodeRoute(route: Route): Uint8Array {
  const [address = "", prefixLength = "0"] = route.destination.split("/");
  const fixed = new Uint8Array(fixedLength);
  const single = route.nextHops.length === 1 ? route.nextHops[0] : undefined;
  fixed.set([familyNumbers[route.family], Number(prefixLength), 0, route.tos]);
  fixed.set([route.table < 256 ? route.table : 0, route.protocol, route.scope, route.type], 4);
  const flags = (route.cloned ? clonedFlag : 0) | (single?.onlink ? onlinkFlag : 0);
  viewOf(fixed).setUint32(8, flags, true);
  const destination = { type: kinds.destination, value: encodeIp(address) };
  // The kernel reports what a next hop object stands for, but refuses a route that names both.
  const byId = route.rest.some((attribute) => attributeKind(attribute) === nextHopIdKind);
  const attributes = [
    ...(Number(prefixLength) === 0 ? [] : [destination]),
    numberAttribute(kinds.table, route.table),
    ...(route.metric === 0 ? [] : [numberAttribute(kinds.metric, route.metric)]),
    ...(byId ? [] : encodeNextHops(route.nextHops, route.family)),
    ...route.rest,
  ];
  return joinBytes([fixed, encodeAttributes(attributes)]);
}

/** The route in the body of a message; undefined for families other than IPv4 and IPv6. */
export function decodeRoute(body: Uint8Array): Route | undefined {
  const view = viewOf(body);
  const family = familyOfNumber(view.getUint8(0));
  if (family === undefined) return undefined;
  const attributes = decodeAttributes(body.subarray(fixedLength));
  const destination = findAttribute(attributes, kinds.destination);
  const any = family === "ipv4" ? "0.0.0.0" : "::";
  const flags = view.getUint32(8, true);
  return {
    family,
    destination: `${destination === undefined ? any : decodeIp(destination)}/${view.getUint8(1)}`,
    table: findNumber(attributes, kinds.table) ?? view.getUint8(4),
    protocol: view.getUint8(5),
    scope: view.getUint8(6),
    type: view.getUint8(7),
    tos: view.getUint8(3),
    metric: findNumber(attributes, kinds.metric) ?? 0,
    cloned: (flags & clonedFlag) !== 0,
    nextHops: decodeNextHops(attributes, (flags & onlinkFlag) !== 0),
    rest: attributes.filter((one) => !understood.has(attributeKind(one)) && !isOfNextHop(one)),
  };
}

/** Whether `route` is one that pods have as their default: unicast, of the main table, to anywhere. */
export function isDefaultRoute(route: Route): boolean {
  const toAnywhere = route.destination === "0.0.0.0/0" || route.destination === "::/0";
  return (
    toAnywhere &&
    route.type === routeNumbers.unicast &&
    route.table === routeNumbers.mainTable &&
    !route.cloned
  );
}
