// SPDX-License-Identifier: Apache-2.0
import type { IpFamily } from "../../cni/index.ts";

/** AF_INET and AF_INET6. */
export const familyNumbers = { ipv4: 2, ipv6: 10 } as const satisfies Record<IpFamily, number>;

/** The family of that AF_ number; undefined for all others, such as the multicast routing families. */
export function familyOfNumber(number: number): IpFamily | undefined {
  if (number === familyNumbers.ipv4) return "ipv4";
  return number === familyNumbers.ipv6 ? "ipv6" : undefined;
}

/** The family of an address without prefix length or zone; undefined for what is no address. */
export function familyOf(text: string): IpFamily | undefined {
  // Fetched when it is needed: importing it takes a millisecond of every start.
  const { isIPv4, isIPv6 } = process.getBuiltinModule("node:net");
  if (isIPv4(text)) return "ipv4";
  return isIPv6(text) && !text.includes("%") ? "ipv6" : undefined;
}

/** Four or sixteen bytes of an address; throws a TypeError for what is no address. */
export function encodeIp(text: string): Uint8Array {
  const family = familyOf(text);
  if (family === undefined) throw new TypeError(`writing the address ${JSON.stringify(text)}: it is none`);
  if (family === "ipv4") return Uint8Array.from(text.split("."), Number);
  const [head = "", tail] = embeddedIpv4AsGroups(text).split("::");
  const front = groupsOf(head);
  const back = groupsOf(tail ?? "");
  const zeros = new Array<number>(8 - front.length - back.length).fill(0);
  return Uint8Array.from([...front, ...zeros, ...back].flatMap((group) => [group >> 8, group & 0xff]));
}

const groupsOf = (text: string): number[] =>
  text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));

function embeddedIpv4AsGroups(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
}

/**
 * The text of four or sixteen bytes, IPv6 in the form of RFC 5952; throws a RangeError for another length.
 */
export function decodeIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new RangeError(`reading an address: it has ${bytes.length} bytes`);
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0));
  const zeros = longestZeros(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  if (zeros.length < 2) return text(groups);
  return `${text(groups.slice(0, zeros.start))}::${text(groups.slice(zeros.start + zeros.length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    const end = groups.findIndex((group, at) => at >= start && group !== 0);
    const length = (end === -1 ? groups.length : end) - start;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** The bytes of a hardware address; throws a TypeError for what is none. */
export function encodeMac(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2})+$/i.test(text)) {
    throw new TypeError(`writing the hardware address ${JSON.stringify(text)}: it is none`);
  }
  return Uint8Array.from(text.split(":"), (byte) => Number.parseInt(byte, 16));
}

/** A hardware address of any length, in lower case. */
export function decodeMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
