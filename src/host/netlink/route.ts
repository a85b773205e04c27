// SPDX-License-Identifier: Apache-2.0
import { decodeIp, encodeIp, type Family, familyNumbers, familyOf, familyOfNumber } from "./address-text.ts";
import {
  type Attribute,
  attributeKind,
  decodeAttributes,
  encodeAttributes,
  findAttribute,
  findNumber,
  joinBytes,
  numberAttribute,
  viewOf,
} from "./wire.ts";

/** Message types of routes (linux/rtnetlink.h). */
export const routeMessages = { add: 24, delete: 25, get: 26 } as const;

/** Where packets of a route leave. */
export interface NextHop {
  /** Index of the interface; 0 when the route names none. */
  readonly link: number;
  readonly gateway: string | undefined;
  /** 1 unless the route has several next hops and prefers some. */
  readonly weight: number;
  readonly onlink: boolean;
  /** Attributes that we have no words for, kept as they came. */
  readonly rest: readonly Attribute[];
}

/** A route as the kernel's tables hold it. */
export interface Route {
  readonly family: Family;
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

const kinds = {
  destination: 1,
  link: 4,
  gateway: 5,
  metric: 6,
  multipath: 9,
  cacheInfo: 12,
  table: 15,
  via: 18,
};
const nextHopIdKind = 30;
const clonedFlag = 0x200;
const onlinkFlag = 4;
const fixedLength = 12;
const nextHopLength = 8;

// What the kernel only reports (age, use) and refuses or ignores when it is sent back.
const understood = new Set(Object.values(kinds));

/** The body of a route dump request for one family. */
export function encodeRouteDump(family: Family): Uint8Array {
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
    ...(byId ? [] : nextHopAttributes(route)),
    ...route.rest,
  ];
  return joinBytes([fixed, encodeAttributes(attributes)]);
}

function nextHopAttributes(route: Route): readonly Attribute[] {
  const [hop, ...others] = route.nextHops;
  return hop === undefined || others.length > 0 ? [multipath(route)] : singleNextHop(hop, route.family);
}

function singleNextHop(hop: NextHop, family: Family): readonly Attribute[] {
  const link = hop.link === 0 ? [] : [numberAttribute(kinds.link, hop.link)];
  return [...link, ...gatewayAttribute(hop, family), ...hop.rest];
}

/** An IPv4 route can go through an IPv6 gateway, which then has an attribute of its own. */
function gatewayAttribute({ gateway }: NextHop, family: Family): readonly Attribute[] {
  if (gateway === undefined) return [];
  const own = familyOf(gateway);
  if (own === undefined || own === family) return [{ type: kinds.gateway, value: encodeIp(gateway) }];
  return [{ type: kinds.via, value: joinBytes([Uint8Array.of(familyNumbers[own], 0), encodeIp(gateway)]) }];
}

function multipath({ nextHops, family }: Route): Attribute {
  const parts = nextHops.map((hop) => {
    const attributes = encodeAttributes([...gatewayAttribute(hop, family), ...hop.rest]);
    const fixed = new Uint8Array(nextHopLength);
    const view = viewOf(fixed);
    view.setUint16(0, nextHopLength + attributes.length, true);
    view.setUint8(2, hop.onlink ? onlinkFlag : 0);
    view.setUint8(3, hop.weight - 1);
    view.setInt32(4, hop.link, true);
    return joinBytes([fixed, attributes]);
  });
  return { type: kinds.multipath, value: joinBytes(parts) };
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
  const several = findAttribute(attributes, kinds.multipath);
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
    nextHops:
      several === undefined
        ? [
            {
              link: findNumber(attributes, kinds.link) ?? 0,
              gateway: decodeGateway(attributes),
              weight: 1,
              onlink: (flags & onlinkFlag) !== 0,
              rest: [],
            },
          ]
        : decodeMultipath(several),
    rest: attributes.filter((attribute) => !understood.has(attributeKind(attribute))),
  };
}

function decodeGateway(attributes: readonly Attribute[]): string | undefined {
  const gateway = findAttribute(attributes, kinds.gateway);
  if (gateway !== undefined) return decodeIp(gateway);
  const via = findAttribute(attributes, kinds.via);
  return via === undefined ? undefined : decodeIp(via.subarray(2));
}

function decodeMultipath(bytes: Uint8Array): readonly NextHop[] {
  const hops: NextHop[] = [];
  for (let offset = 0; offset + nextHopLength <= bytes.length; ) {
    const view = viewOf(bytes.subarray(offset));
    const length = view.getUint16(0, true);
    if (length < nextHopLength || offset + length > bytes.length) {
      throw new RangeError(`reading a next hop: length ${length} at ${offset} of ${bytes.length}`);
    }
    const attributes = decodeAttributes(bytes.subarray(offset + nextHopLength, offset + length));
    hops.push({
      link: view.getInt32(4, true),
      gateway: decodeGateway(attributes),
      weight: view.getUint8(3) + 1,
      onlink: (view.getUint8(2) & onlinkFlag) !== 0,
      rest: attributes.filter((attribute) => !understood.has(attributeKind(attribute))),
    });
    offset += (length + 3) & ~3;
  }
  return hops;
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
