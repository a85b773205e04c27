// SPDX-License-Identifier: Apache-2.0
import type { IpFamily } from "../../cni/index.ts";
import { encodeIp, familyNumbers } from "../netlink/index.ts";

/** What makes one echo request and its answer belong together (RFC 792, RFC 4443). */
export interface Echo {
  /** Sixteen bits. */
  readonly identifier: number;
  readonly sequence: number;
}

const types = {
  ipv4: { request: 8, answer: 0 },
  ipv6: { request: 128, answer: 129 },
} as const satisfies Record<IpFamily, { request: number; answer: number }>;

const payload = new TextEncoder().encode("plures try: are you there?  ");

/** An echo request; the checksum of an IPv6 one is the kernel's work. */
export function encodeEchoRequest(family: IpFamily, { identifier, sequence }: Echo): Uint8Array {
  const bytes = new Uint8Array(8 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, types[family].request);
  view.setUint16(4, identifier);
  view.setUint16(6, sequence);
  bytes.set(payload, 8);
  if (family === "ipv4") view.setUint16(2, checksumOf(bytes));
  return bytes;
}

/** What a packet from a raw ICMP socket answers; undefined when it is no answer to an echo. */
export function decodeEchoAnswer(family: IpFamily, packet: Uint8Array): Echo | undefined {
  // Raw IPv4 sockets hand over the IP header as well, whose length is its low four bits, in words.
  const message = family === "ipv4" ? packet.subarray(((packet[0] ?? 0) & 15) * 4) : packet;
  if (message.length < 8 || message[0] !== types[family].answer) return undefined;
  const view = new DataView(message.buffer, message.byteOffset);
  return { identifier: view.getUint16(4), sequence: view.getUint16(6) };
}

/** The Internet checksum (RFC 1071). */
export function checksumOf(bytes: Uint8Array): number {
  let sum = 0;
  bytes.forEach((byte, at) => {
    sum += at % 2 === 0 ? byte << 8 : byte;
  });
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/** The bytes of a `sockaddr_in` or `sockaddr_in6` without port. */
export function encodeSocketAddress(family: IpFamily, address: string): Uint8Array {
  const bytes = new Uint8Array(family === "ipv4" ? 16 : 28);
  new DataView(bytes.buffer).setUint16(0, familyNumbers[family], true);
  bytes.set(encodeIp(address), family === "ipv4" ? 4 : 8);
  return bytes;
}
