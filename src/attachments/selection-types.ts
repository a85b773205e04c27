// SPDX-License-Identifier: Apache-2.0

/** A port of the node that leads to a port of the pod. */
export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol?: string;
  readonly hostIP?: string;
}

/** Rates in bits per second, bursts in bits. */
export interface Bandwidth {
  readonly ingressRate?: number;
  readonly ingressBurst?: number;
  readonly egressRate?: number;
  readonly egressBurst?: number;
}

/** One network that a pod asks for (NPWG de-facto standard 1.3, section 4.1.2). */
export interface NetworkSelection {
  readonly namespace: string;
  readonly name: string;
  readonly interface: string | undefined;
  /** Addresses with or without prefix length, as written. */
  readonly ips: readonly string[];
  /** As written. */
  readonly mac: string | undefined;
  readonly infinibandGuid: string | undefined;
  readonly portMappings: readonly PortMapping[];
  readonly bandwidth: Bandwidth | undefined;
  readonly deviceId: string | undefined;
  readonly cniArgs: Readonly<Record<string, unknown>>;
  /**
   * Gateways of the pod's default routes; empty to keep the network's own; undefined when nothing is asked.
   */
  readonly defaultRoute: readonly string[] | undefined;
  readonly ipamClaimReference: string | undefined;
  /** Keys that nobody specified, for the log. */
  readonly unknownKeys: readonly string[];
}

/** A selection that asks for nothing but the network. */
export function plainSelection(namespace: string, name: string): NetworkSelection {
  return {
    namespace,
    name,
    interface: undefined,
    ips: [],
    mac: undefined,
    infinibandGuid: undefined,
    portMappings: [],
    bandwidth: undefined,
    deviceId: undefined,
    cniArgs: {},
    defaultRoute: undefined,
    ipamClaimReference: undefined,
    unknownKeys: [],
  };
}
