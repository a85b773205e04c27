// SPDX-License-Identifier: Apache-2.0
import { parseCidr } from "./ip-address.ts";
import type { CniResult, ResultDns, ResultInterface, ResultIp, ResultRoute } from "./result.ts";
import {
  type Fields,
  present,
  readCidr,
  readInteger,
  readIp,
  readList,
  readObject,
  readString,
  readStrings,
} from "./result-fields.ts";

/** What a version since 0.3.0 has that others have not. */
export interface ListShape {
  /** `ips[].version`, gone since 1.0.0. */
  readonly ipVersion: boolean;
  /** What 1.1.0 brought: mtu, socketPath, pciID; mtu, advmss, priority, table, scope of routes. */
  readonly details: boolean;
}

/** Reads a result of 0.3.0 or newer; newer keys in an older version are taken, as plugins print them. */
export function readLists(fields: Fields): CniResult {
  return {
    interfaces: readList(fields, "interfaces", "", readInterface),
    ips: readList(fields, "ips", "", readAddress),
    routes: readList(fields, "routes", "", readRoute),
    dns: readDns(fields),
  };
}

/** Writes a result as a version since 0.3.0 has it; empty lists are left out. */
export function writeLists(result: CniResult, shape: ListShape): Record<string, unknown> {
  return {
    ...nonEmpty("interfaces", result.interfaces.map(shape.details ? same : writeInterface)),
    ...nonEmpty("ips", result.ips.map(shape.ipVersion ? writeAddress : same)),
    ...nonEmpty("routes", result.routes.map(shape.details ? same : writeRoute)),
    ...writeDns(result.dns),
  };
}

function readInterface(fields: Fields, path: string): ResultInterface {
  return present<ResultInterface>({
    name: readString(fields, "name", path) ?? "",
    mac: readString(fields, "mac", path),
    mtu: readInteger(fields, "mtu", path),
    sandbox: readString(fields, "sandbox", path),
    socketPath: readString(fields, "socketPath", path),
    pciID: readString(fields, "pciID", path),
  });
}

function readAddress(fields: Fields, path: string): ResultIp {
  return present<ResultIp>({
    address: readCidr(fields, "address", path),
    gateway: readIp(fields, "gateway", path),
    interface: readInteger(fields, "interface", path, true),
  });
}

/** Reads one route of any version. */
export function readRoute(fields: Fields, path: string): ResultRoute {
  return present<ResultRoute>({
    dst: readCidr(fields, "dst", path),
    gw: readIp(fields, "gw", path),
    mtu: readInteger(fields, "mtu", path),
    advmss: readInteger(fields, "advmss", path),
    priority: readInteger(fields, "priority", path),
    table: readInteger(fields, "table", path, true),
    scope: readInteger(fields, "scope", path, true),
  });
}

/** Reads `dns`, which is the same in every version. */
export function readDns(fields: Fields): ResultDns {
  const dns = readObject(fields, "dns");
  return present<ResultDns>({
    nameservers: readStrings(dns, "nameservers", "dns."),
    domain: readString(dns, "domain", "dns."),
    search: readStrings(dns, "search", "dns."),
    options: readStrings(dns, "options", "dns."),
  });
}

/** `dns`, unless there is nothing in it. */
export function writeDns(dns: ResultDns): Record<string, unknown> {
  return Object.keys(dns).length === 0 ? {} : { dns };
}

/** A route as the versions before 1.1.0 know it. */
export function writeRoute({ dst, gw }: ResultRoute): object {
  return gw === undefined ? { dst } : { dst, gw };
}

function writeInterface({ name, mac, sandbox }: ResultInterface): object {
  return { name, ...(mac === undefined ? {} : { mac }), ...(sandbox === undefined ? {} : { sandbox }) };
}

function writeAddress(ip: ResultIp): object {
  return { version: parseCidr(ip.address)?.family === "ipv6" ? "6" : "4", ...ip };
}

function same(item: object): object {
  return item;
}

function nonEmpty(key: string, list: readonly object[]): Record<string, unknown> {
  return list.length === 0 ? {} : { [key]: list };
}
