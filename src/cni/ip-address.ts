// SPDX-License-Identifier: Apache-2.0

/** The families of IP addresses. */
export const ipFamilies = ["ipv4", "ipv6"] as const;

/** One of the two. */
export type IpFamily = (typeof ipFamilies)[number];

/** An IP address as a number, so that every way to write it compares equal. */
export interface IpAddress {
  readonly family: IpFamily;
  readonly value: bigint;
}

/** An address with its prefix length; bits behind the prefix are kept, as in `10.1.2.3/24`. */
export interface IpNetwork extends IpAddress {
  readonly prefixLength: number;
}

const bitsOf = { ipv4: 32, ipv6: 128 } as const satisfies Record<IpFamily, number>;

/** Upper 96 bits of an IPv4 address written as an IPv6 one, `::ffff:10.0.0.1`. */
const mappedPrefix = 0xffffn;

/**
 * Reads an address as strictly as Go's `net.ParseIP`, which every CNI plugin uses: no leading zeros in IPv4,
 * no zone, an IPv4-mapped IPv6 address is IPv4. undefined for everything else.
 */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(":")) return ipAddress("ipv4", parseIpv4(text));
  const value = parseIpv6(text);
  if (value !== undefined && value >> 32n === mappedPrefix) return ipAddress("ipv4", value & 0xffffffffn);
  return ipAddress("ipv6", value);
}

/** Reads `address/prefix length`; undefined for anything else, also for a length with leading zeros. */
export function parseCidr(text: string): IpNetwork | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (address === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  const isMapped = address.family === "ipv4" && text.includes(":");
  const prefixLength = Number(digits) - (isMapped ? 96 : 0);
  if (prefixLength < 0 || prefixLength > bitsOf[address.family]) return undefined;
  return { ...address, prefixLength };
}

/** Reads an address with or without prefix length. */
export function parseIpOrCidr(text: string): IpAddress | undefined {
  return text.includes("/") ? parseCidr(text) : parseIp(text);
}

/**
 * Whether two texts name the same address, whatever their prefix lengths; false when one of them is no
 * address.
 */
export function isSameIp(one: string, other: string): boolean {
  const a = parseIpOrCidr(one);
  const b = parseIpOrCidr(other);
  return a !== undefined && b !== undefined && a.family === b.family && a.value === b.value;
}

/** Whether a text is the network of all addresses of a family: `0.0.0.0/0`, `::/0`. */
export function defaultRouteFamily(destination: string): IpFamily | undefined {
  const network = parseCidr(destination);
  return network?.prefixLength === 0 && network.value === 0n ? network.family : undefined;
}

/**
 * An address in its usual form: IPv4 in decimals, IPv6 in lower case with its longest run of zeros left out
 * (RFC 5952).
 */
export function formatIp({ family, value }: IpAddress): string {
  if (family === "ipv4") return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const runs = groups.join(":").match(/\b0(?::0)+\b/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest === "") return groups.join(":");
  return groups.join(":").replace(new RegExp(`(?:^|:)${longest}(?:$|:)`), "::");
}

function ipAddress(family: IpFamily, value: bigint | undefined): IpAddress | undefined {
  return value === undefined ? undefined : { family, value };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? joinGroups(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return joinGroups([...head, ...Array<bigint>(8 - head.length - tail.length).fill(0n), ...tail]);
}

/** The 16-bit groups of one side of `::`; the last of them may be written as an IPv4 address. */
function groupsOf(text: string, mayEndInIpv4: boolean): bigint[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/i.test(part)) {
      groups.push(BigInt(`0x${part}`));
      continue;
    }
    const ipv4 = mayEndInIpv4 && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (ipv4 === undefined) return undefined;
    groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
  }
  return groups;
}

function joinGroups(groups: readonly bigint[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}
