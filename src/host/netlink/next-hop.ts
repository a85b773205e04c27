// SPDX-License-Identifier: Apache-2.0
import type { IpFamily } from "../../cni/index.ts";
import { decodeIp, encodeIp, familyNumbers, familyOf } from "./address-text.ts";
import {
  type Attribute,
  attributeKind,
  decodeAttributes,
  encodeAttributes,
  findAttribute,
  findNumber,
  numberAttribute,
} from "./attributes.ts";
import { joinBytes, padded, viewOf } from "./bytes.ts";

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

/** RTNH_F_ONLINK: the gateway is on the link, whatever the addresses say. */
export const onlinkFlag = 4;

const kinds = { link: 4, gateway: 5, multipath: 9, via: 18 } as const;
const numbers = new Set<number>(Object.values(kinds));
const fixedLength = 8;

/** Whether an attribute of a route describes next hops. */
export function isOfNextHop(attribute: Attribute): boolean {
  return numbers.has(attributeKind(attribute));
}

/** The attributes of a route's next hops; a single one's flags are not in them but in the route. */
export function encodeNextHops(hops: readonly NextHop[], family: IpFamily): readonly Attribute[] {
  const [hop, ...others] = hops;
  return hop === undefined || others.length > 0 ? [multipath(hops, family)] : singleNextHop(hop, family);
}

function singleNextHop(hop: NextHop, family: IpFamily): readonly Attribute[] {
  const link = hop.link === 0 ? [] : [numberAttribute(kinds.link, hop.link)];
  return [...link, ...gatewayAttribute(hop, family), ...hop.rest];
}

/** An IPv4 route can go through an IPv6 gateway, which then has an attribute of its own. */
function gatewayAttribute({ gateway }: NextHop, family: IpFamily): readonly Attribute[] {
  if (gateway === undefined) return [];
  const own = familyOf(gateway);
  if (own === undefined || own === family) return [{ type: kinds.gateway, value: encodeIp(gateway) }];
  return [{ type: kinds.via, value: joinBytes([Uint8Array.of(familyNumbers[own], 0), encodeIp(gateway)]) }];
}

function multipath(hops: readonly NextHop[], family: IpFamily): Attribute {
  const parts = hops.map((hop) => {
    const attributes = encodeAttributes([...gatewayAttribute(hop, family), ...hop.rest]);
    const fixed = new Uint8Array(fixedLength);
    const view = viewOf(fixed);
    view.setUint16(0, fixedLength + attributes.length, true);
    view.setUint8(2, hop.onlink ? onlinkFlag : 0);
    view.setUint8(3, hop.weight - 1);
    view.setInt32(4, hop.link, true);
    return joinBytes([fixed, attributes]);
  });
  return { type: kinds.multipath, value: joinBytes(parts) };
}

/** The next hops in a route's attributes; `onlink` is what the route's flags say of a single one. */
export function decodeNextHops(attributes: readonly Attribute[], onlink: boolean): readonly NextHop[] {
  const several = findAttribute(attributes, kinds.multipath);
  if (several !== undefined) return decodeMultipath(several);
  const link = findNumber(attributes, kinds.link) ?? 0;
  return [{ link, gateway: decodeGateway(attributes), weight: 1, onlink, rest: [] }];
}

function decodeGateway(attributes: readonly Attribute[]): string | undefined {
  const gateway = findAttribute(attributes, kinds.gateway);
  if (gateway !== undefined) return decodeIp(gateway);
  const via = findAttribute(attributes, kinds.via);
  return via === undefined ? undefined : decodeIp(via.subarray(2));
}

function decodeMultipath(bytes: Uint8Array): readonly NextHop[] {
  const hops: NextHop[] = [];
  for (let offset = 0; offset + fixedLength <= bytes.length; ) {
    const view = viewOf(bytes.subarray(offset));
    const length = view.getUint16(0, true);
    if (length < fixedLength || offset + length > bytes.length) {
      throw new RangeError(`reading a next hop: length ${length} at ${offset} of ${bytes.length}`);
    }
    const attributes = decodeAttributes(bytes.subarray(offset + fixedLength, offset + length));
    hops.push({
      link: view.getInt32(4, true),
      gateway: decodeGateway(attributes),
      weight: view.getUint8(3) + 1,
      onlink: (view.getUint8(2) & onlinkFlag) !== 0,
      rest: attributes.filter((attribute) => !isOfNextHop(attribute)),
    });
    offset += padded(length);
  }
  return hops;
}
