// SPDX-License-Identifier: Apache-2.0
import type { InterfaceFact, RouteFact } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";
import { lookForNow } from "./look-for.ts";
import type { Machine } from "./machine.ts";

const upFlag = 1;
const loopbackFlag = 8;

/**
 * The interfaces of a recorded machine, from /sys/class/net and /proc/net. Throws a CannotLook when the
 * recording has neither.
 */
export function readInterfaces(machine: Machine): readonly InterfaceFact[] {
  const names = machine.list("/sys/class/net") ?? namesInProc(machine);
  if (names === undefined) throw new CannotLook("there is no /sys/class/net and no /proc/net/dev");
  const addresses = readAddresses(machine);
  return names
    .filter((name) => name !== "bonding_masters")
    .map((name) => readInterface(machine, name, addresses))
    .sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
}

function namesInProc(machine: Machine): readonly string[] | undefined {
  return machine
    .readText("/proc/net/dev")
    ?.split("\n")
    .flatMap((line) => /^\s*([^\s:|]+):/.exec(line)?.[1] ?? []);
}

function readInterface(
  machine: Machine,
  name: string,
  addresses: ReadonlyMap<string, readonly string[]> | undefined,
): InterfaceFact {
  const folder = `/sys/class/net/${name}`;
  const read = (file: string) => {
    const text = lookForNow(name, () => machine.readText(`${folder}/${file}`)?.trim());
    return text.kind === "known" && text.value !== "" ? text.value : undefined;
  };
  const flags = toNumber(read("flags"));
  const carrier = read("carrier");
  const master = machine.look(`${folder}/master`)?.realPath;
  const hasFolder = machine.look(folder) !== undefined;
  return {
    name,
    index: toNumber(read("ifindex")),
    kind: /^DEVTYPE=(.+)$/m.exec(read("uevent") ?? "")?.[1],
    mac: read("address"),
    mtu: toNumber(read("mtu")),
    up: flags === undefined ? undefined : (flags & upFlag) !== 0,
    carrier: carrier === undefined ? undefined : carrier === "1",
    loopback: flags === undefined ? name === "lo" : (flags & loopbackFlag) !== 0,
    physical: hasFolder ? machine.look(`${folder}/device`) !== undefined : undefined,
    controller: master?.slice(master.lastIndexOf("/") + 1),
    addresses: addresses === undefined ? undefined : (addresses.get(name) ?? []),
  };
}

function toNumber(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || Number.isNaN(value) ? undefined : value;
}

/** Addresses by interface; undefined when the recording does not have those of IPv4. */
function readAddresses(machine: Machine): ReadonlyMap<string, readonly string[]> | undefined {
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

/** In the short form, as the WHATWG's parser of URLs writes it. */
function address6(hex: string): string {
  const groups = hex.match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

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

function parseRoutes4(text: string): readonly RouteFact[] {
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
