// SPDX-License-Identifier: Apache-2.0
import type { IpFamily } from "../../cni/index.ts";
import { decodeIp, encodeIp, familyNumbers, familyOfNumber } from "./address-text.ts";
import { decodeAttributes, encodeAttributes, findAttribute } from "./attributes.ts";
import { joinBytes, viewOf } from "./bytes.ts";

/** Message types of addresses (linux/rtnetlink.h). */
export const addressMessages = { add: 20, delete: 21, get: 22 } as const;

/** An address of a link. */
export interface LinkAddress {
  readonly family: IpFamily;
  /** Index of the interface. */
  readonly link: number;
  /** CIDR notation. */
  readonly cidr: string;
  /** 0 is global, 253 link, 254 host. */
  readonly scope: number;
}

const kinds = { address: 1, local: 2 };
const fixedLength = 8;
// IFA_F_NODAD: in a namespace of our own nobody else has the address, so there is nothing to wait a second
// for.
const withoutDuplicateDetection = 2;

/** The body of an address dump request for one family. */
export function encodeAddressDump(family: IpFamily): Uint8Array {
  const bytes = new Uint8Array(fixedLength);
  bytes[0] = familyNumbers[family];
  return bytes;
}

/** The body of a message that adds or deletes an address; an IPv6 one is usable at once. */
export function encodeAddress({ family, link, cidr, scope }: LinkAddress): Uint8Array {
  const [address = "", prefixLength = family === "ipv4" ? "32" : "128"] = cidr.split("/");
  const fixed = new Uint8Array(fixedLength);
  const flags = family === "ipv6" ? withoutDuplicateDetection : 0;
  fixed.set([familyNumbers[family], Number(prefixLength), flags, scope]);
  viewOf(fixed).setUint32(4, link, true);
  const value = encodeIp(address);
  const attributes = [kinds.local, kinds.address].map((type) => ({ type, value }));
  return joinBytes([fixed, encodeAttributes(attributes)]);
}

/** The address in the body of a message; undefined for families other than IPv4 and IPv6. */
export function decodeAddress(body: Uint8Array): LinkAddress | undefined {
  const view = viewOf(body);
  const family = familyOfNumber(view.getUint8(0));
  const attributes = decodeAttributes(body.subarray(fixedLength));
  // On a point-to-point link `address` is the peer's; IPv6 has `local` only there.
  const own = findAttribute(attributes, kinds.local) ?? findAttribute(attributes, kinds.address);
  if (family === undefined || own === undefined) return undefined;
  return {
    family,
    link: view.getUint32(4, true),
    cidr: `${decodeIp(own)}/${view.getUint8(1)}`,
    scope: view.getUint8(3),
  };
}
