// SPDX-License-Identifier: Apache-2.0

/** What must be alike in two network-status entries: all but what chance decides. */
export interface ComparedStatus {
  readonly name: string;
  readonly interface: string;
  /** The networks of its addresses. */
  readonly networks: readonly string[];
  readonly hasMac: boolean;
  readonly default: boolean;
  readonly dns: unknown;
  readonly gateway: readonly string[];
}

interface Status {
  readonly name: string;
  readonly interface: string;
  readonly ips?: readonly string[];
  readonly mac?: string;
  readonly default?: boolean;
  readonly dns?: unknown;
  readonly gateway?: readonly string[];
}

/** Reads a network-status for a comparison; upstream's gateway "<nil>" is none. */
export function compareStatus(status: unknown): readonly ComparedStatus[] {
  const entries = status as readonly Status[]; // Either side wrote it by the NPWG specification, or the comparison fails.
  return entries.map((entry) => ({
    name: entry.name,
    interface: entry.interface,
    networks: (entry.ips ?? []).map(networkOf),
    hasMac: /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(entry.mac ?? ""),
    default: entry.default ?? false,
    dns: entry.dns ?? {},
    gateway: (entry.gateway ?? []).filter((address) => address !== "<nil>"),
  }));
}

/** All recorded networks are a /24 or a /64. */
function networkOf(address: string): string {
  return address.includes(":") ? address.replace(/::.*$/, "::") : address.replace(/\.\d+$/, ".");
}

interface Result {
  readonly cniVersion: string;
  readonly interfaces: readonly { readonly name: string; readonly mac: string; readonly sandbox?: string }[];
  readonly ips: readonly { readonly address: string; readonly gateway?: string }[];
  readonly routes?: readonly unknown[];
}

/**
 * Reads what a plugin printed for a comparison: names that chance decides are cut, addresses become networks.
 */
export function compareResult(text: string) {
  const result: Result = JSON.parse(text);
  return {
    cniVersion: result.cniVersion,
    interfaces: result.interfaces.map(({ name, mac, sandbox }) => ({
      name: name.replace(/^veth[0-9a-f]{8}$/, "veth"),
      hasMac: mac.length === 17,
      sandbox,
    })),
    ips: result.ips.map(({ address, ...rest }) => {
      const [ip = "", prefix] = address.split("/");
      return { ...rest, network: `${networkOf(ip)}/${prefix}` };
    }),
    routes: result.routes ?? [],
  };
}
