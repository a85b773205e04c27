// SPDX-License-Identifier: Apache-2.0
import type { RouteFact } from "../../diagnosis/index.ts";
import type { Machine } from "./machine.ts";
import { address6, parseRoutes4 } from "./read-routes.ts";

/** Addresses by interface; undefined when the recording does not have those of IPv4. */
export function readAddresses(machine: Machine): ReadonlyMap<string, readonly string[]> | undefined {
  const trie = machine.readText("/proc/net/fib_trie");
  if (trie === undefined) return undefined;
  const connected = parseRoutes4(machine.readText("/proc/net/route") ?? "").filter(
    ({ gateway }) => gateway === undefined,
  );
  const four = localAddresses(trie).map((address) => placeAddress(address, connected));
  const six = (machine.readText("/proc/net/if_inet6") ?? "").split("\n").flatMap(parseAddress6);
  const all = new Map<string, string[]>();
  for (const { name, cidr } of [...four, ...six]) all.set(name, [...(all.get(name) ?? []), cidr]);
  return all;
}

interface PlacedAddress {
  readonly name: string;
  readonly cidr: string;
}

/** Leaves of the table "Local" that are the host's own. */
function localAddresses(trie: string): readonly string[] {
  const found = [...trie.matchAll(/\|-- (\d+(?:\.\d+){3})\n(?:\s+\/\d+ \S+ \S+\n)*?\s+\/32 host LOCAL/g)];
  return [...new Set(found.flatMap(([, address]) => address ?? []))];
}

/** The file does not say of which interface an address is: the one with the narrowest connected route. */
function placeAddress(address: string, connected: readonly RouteFact[]): PlacedAddress {
  if (address.startsWith("127.")) return { name: "lo", cidr: `${address}/8` };
  const value = toInteger(address);
  const routes = connected.filter(({ destination }) => contains(destination, value));
  const [best] = routes.toSorted((a, b) => lengthOf(b.destination) - lengthOf(a.destination));
  return best?.interface === undefined
    ? { name: "", cidr: `${address}/32` }
    : { name: best.interface, cidr: `${address}/${lengthOf(best.destination)}` };
}

function lengthOf(cidr: string): number {
  return Number(cidr.split("/")[1]);
}

function contains(cidr: string, address: number): boolean {
  const [network = "", length] = cidr.split("/");
  const size = 2 ** (32 - Number(length));
  return Math.floor(toInteger(network) / size) === Math.floor(address / size);
}

function toInteger(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function parseAddress6(line: string): readonly PlacedAddress[] {
  const [hex = "", , length = "", , , name] = line.trim().split(/\s+/);
  if (hex.length !== 32 || name === undefined) return [];
  return [{ name, cidr: `${address6(hex)}/${Number.parseInt(length, 16)}` }];
}
