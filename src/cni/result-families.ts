// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import { type IpFamily, parseCidr } from "./ip-address.ts";
import type { CniResult, ResultIp, ResultRoute } from "./result.ts";
import { type Fields, present, readCidr, readIp, readList, readObject } from "./result-fields.ts";
import { readDns, readRoute, writeDns, writeRoute } from "./result-lists.ts";

const families = [
  { key: "ip4", family: "ipv4" },
  { key: "ip6", family: "ipv6" },
] as const satisfies readonly { key: string; family: IpFamily }[];

/**
 * Reads a result of 0.1.0 or 0.2.0: at most one address of each family, each with its routes, and no
 * interfaces.
 */
export function readFamilies(fields: Fields): CniResult {
  const found = families.filter(({ key }) => fields[key] !== undefined && fields[key] !== null);
  const parts = found.map(({ key }) => readFamily(readObject(fields, key), `${key}.`));
  return {
    interfaces: [],
    ips: parts.map(({ ip }) => ip),
    routes: parts.flatMap(({ routes }) => routes),
    dns: readDns(fields),
  };
}

/**
 * Writes a result as 0.1.0 and 0.2.0 have it. Like libcni it takes the first address of each family and the
 * routes of those families. Throws a CniError (code 1) when there are interfaces or routes and no address to
 * hang them on.
 */
export function writeFamilies(result: CniResult): Record<string, unknown> {
  if (result.ips.length === 0 && result.interfaces.length + result.routes.length > 0) {
    throw new CniError(
      cniErrorCodes.incompatibleVersion,
      "converting a result: CNI 0.1.0 and 0.2.0 cannot hold one that has no IP address",
      { hint: "set cniVersion to 0.3.0 or newer in the network's configuration" },
    );
  }
  const parts = families.flatMap(({ key, family }) => {
    const ip = result.ips.find(({ address }) => parseCidr(address)?.family === family);
    const routes = result.routes.filter(({ dst }) => parseCidr(dst)?.family === family).map(writeRoute);
    return ip === undefined ? [] : [[key, writeFamily(ip, routes)] as const];
  });
  return { ...Object.fromEntries(parts), ...writeDns(result.dns) };
}

function readFamily(fields: Fields, path: string): { ip: ResultIp; routes: ResultRoute[] } {
  const gateway = readIp(fields, "gateway", path);
  return {
    ip: present<ResultIp>({ address: readCidr(fields, "ip", path), gateway, interface: undefined }),
    routes: readList(fields, "routes", path, readRoute),
  };
}

function writeFamily(ip: ResultIp, routes: readonly unknown[]): Record<string, unknown> {
  return {
    ip: ip.address,
    ...(ip.gateway === undefined ? {} : { gateway: ip.gateway }),
    ...(routes.length === 0 ? {} : { routes }),
  };
}
