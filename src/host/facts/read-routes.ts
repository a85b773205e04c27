// SPDX-License-Identifier: Apache-2.0
import type { RouteFact } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import type { Machine } from "./machine.ts";

/** The routes of the main table, IPv4 first. Throws a CannotLook when the machine does not say. */
export function readRoutes(machine: Machine): readonly RouteFact[] {
  const four = machine.readText("/proc/net/route");
  if (four === undefined) throw new CannotLook("there is no /proc/net/route");
  return [...parseRoutes4(four), ...parseRoutes6(machine.readText("/proc/net/ipv6_route") ?? "")];
}

const routeUp = 1;
const routeReject = 0x200;
/** RTF_LOCAL and RTF_ANYCAST: what the kernel has for its own addresses. */
const routeOfKernel = 0x80100000;

/** Reads /proc/net/route. */
export function parseRoutes4(text: string): readonly RouteFact[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line): readonly RouteFact[] => {
      const [name, destination, gateway, flags, , , metric, mask] = line.trim().split(/\s+/);
      if (name === undefined || destination === undefined || gateway === undefined || mask === undefined)
        return [];
      if (!isWanted(Number.parseInt(flags ?? "", 16))) return [];
      return [
        {
          family: "ipv4",
          destination: `${address4(destination)}/${bitsOf(mask)}`,
          gateway: /^0+$/.test(gateway) ? undefined : address4(gateway),
          interface: name,
          metric: Number(metric),
        },
      ];
    });
}

function isWanted(flags: number): boolean {
  return (flags & routeUp) !== 0 && (flags & routeReject) === 0 && (flags & routeOfKernel) === 0;
}

/** Four bytes in the order of a little-endian machine. */
function address4(hex: string): string {
  return (hex.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join(".");
}

function bitsOf(mask: string): number {
  return [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === "1").length;
}

function parseRoutes6(text: string): readonly RouteFact[] {
  return text.split("\n").flatMap((line): readonly RouteFact[] => {
    const [destination = "", length = "", , , gateway = "", metric = "", , , flags = "", name] = line
      .trim()
      .split(/\s+/);
    if (name === undefined || name === "lo" || destination.startsWith("ff")) return [];
    if (!isWanted(Number.parseInt(flags, 16))) return [];
    return [
      {
        family: "ipv6",
        destination: `${address6(destination)}/${Number.parseInt(length, 16)}`,
        gateway: /^0+$/.test(gateway) ? undefined : address6(gateway),
        interface: name,
        metric: Number.parseInt(metric, 16),
      },
    ];
  });
}

/** An IPv6 address of 32 digits, in the short form, as the WHATWG's parser of URLs writes it. */
export function address6(hex: string): string {
  const groups = hex.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
