// SPDX-License-Identifier: Apache-2.0

/** One interface of a result; the keys of specification 1.1.0, section 5 "Success". */
export interface ResultInterface {
  readonly name: string;
  readonly mac?: string;
  readonly mtu?: number;
  /** Path of the network namespace; absent for interfaces of the host. */
  readonly sandbox?: string;
  readonly socketPath?: string;
  readonly pciID?: string;
}

/** One address of a result. */
export interface ResultIp {
  /** CIDR notation. */
  readonly address: string;
  readonly gateway?: string;
  /** Index into `interfaces`. */
  readonly interface?: number;
}

/** One route of a result; destination and next hop as text. */
export interface ResultRoute {
  readonly dst: string;
  readonly gw?: string;
  readonly mtu?: number;
  readonly advmss?: number;
  readonly priority?: number;
  readonly table?: number;
  readonly scope?: number;
}

/** What a result says of name resolution. */
export interface ResultDns {
  readonly nameservers?: readonly string[];
  readonly domain?: string;
  readonly search?: readonly string[];
  readonly options?: readonly string[];
}

/**
 * A result in the shape of the newest version; how it is written for another version is decided in
 * `result-versions.ts`.
 */
export interface CniResult {
  readonly interfaces: readonly ResultInterface[];
  readonly ips: readonly ResultIp[];
  readonly routes: readonly ResultRoute[];
  readonly dns: ResultDns;
}

/** The result of a plugin that made nothing. */
export const emptyResult: CniResult = { interfaces: [], ips: [], routes: [], dns: {} };
