// SPDX-License-Identifier: Apache-2.0
import { parseCidr, parseIp } from "../../cni/index.ts";

/** An interface of a pod in one of its networks, as far as pings are concerned. */
export interface Endpoint {
  /** `namespace/name`. */
  readonly pod: string;
  readonly interface: string;
  readonly network: string;
  /** CIDR notation, as the kernel has them. */
  readonly addresses: readonly string[];
  /** Gateways of the result and of the pod's routes through this interface, without prefix length. */
  readonly gateways: readonly string[];
  /** The configuration of the network's first plugin, which makes the interface. */
  readonly plugin: Readonly<Record<string, unknown>>;
}

export interface PlannedPing {
  readonly from: Endpoint;
  readonly to: string;
  readonly target: string;
}

/** Addresses that the LAN behind an interface of the node must have, for the gateways there to answer. */
export interface LanAddresses {
  readonly master: string;
  readonly addresses: readonly string[];
}

export interface PingPlan {
  readonly pings: readonly PlannedPing[];
  readonly lans: readonly LanAddresses[];
  /** Sentences about what one might expect to be pinged and is not. */
  readonly notPinged: readonly string[];
}

/**
 * What a plugin's network is like: where its gateway is, undefined when it has none, and why pods cannot see
 * each other.
 */
interface Reach {
  readonly gateway: "on the node" | "on the LAN" | "nowhere";
  readonly whyNoGateway?: string;
  readonly whyNoPeers?: string;
}

type Config = Endpoint["plugin"];

const isolatingModes: readonly unknown[] = ["private", "vepa", "passthru"];

/** How each kind of network reaches others; about one that is not here nothing is known. */
const reachOf: Readonly<Record<string, (config: Config) => Reach>> = {
  bridge: ({ isGateway, isDefaultGateway, bridge = "cni0" }) =>
    isGateway === true || isDefaultGateway === true
      ? { gateway: "on the node" }
      : {
          gateway: "nowhere",
          whyNoGateway: `the bridge "${bridge}" has no address on the node without "isGateway"`,
        },
  ptp: () => ({ gateway: "on the node", whyNoPeers: "ptp gives every pod a link of its own" }),
  macvlan: ({ mode }) =>
    isolatingModes.includes(mode)
      ? { gateway: "on the LAN", whyNoPeers: `macvlan in mode "${mode}" keeps pods of a node apart` }
      : { gateway: "on the LAN" },
  ipvlan: () => ({ gateway: "on the LAN" }),
  "host-device": () => ({ gateway: "on the LAN" }),
};

/**
 * Which addresses should answer: of each pod its gateways, and of the pods of a network each the next one.
 */
export function planPings(endpoints: readonly Endpoint[]): PingPlan {
  const gateways = endpoints.map(planGateways);
  const networks = Map.groupBy(endpoints, ({ network }) => network);
  const peers = Array.from(networks.values(), planPeers);
  return {
    pings: [...gateways, ...peers].flatMap(({ pings }) => pings),
    lans: endpoints.flatMap((endpoint) => lanOf(endpoint, endpoints)),
    notPinged: [...new Set([...gateways, ...peers].flatMap(({ notPinged }) => notPinged))],
  };
}

type Part = Pick<PingPlan, "pings" | "notPinged">;

function reach({ plugin }: Endpoint): Reach | undefined {
  return reachOf[String(plugin.type)]?.(plugin);
}

function planGateways(endpoint: Endpoint): Part {
  const { network, interface: name, gateways, plugin } = endpoint;
  const place = reach(endpoint);
  if (gateways.length === 0) return { pings: [], notPinged: [] };
  if (place === undefined || place.gateway === "nowhere") {
    const why = place?.whyNoGateway ?? `what is behind plugin "${plugin.type}" is not known here`;
    return { pings: [], notPinged: [`the gateway of ${network}, ${gateways.join(" and ")}: ${why}`] };
  }
  const master = masterOf(endpoint);
  const where = place.gateway === "on the LAN" ? ` (on the LAN behind ${master})` : "";
  const reachable = gateways.filter((gateway) => networkOf(gateway, endpoint) !== undefined);
  const unreachable = gateways.filter((gateway) => !reachable.includes(gateway));
  return {
    pings: reachable.map((to) => ({ from: endpoint, to, target: `gateway of ${network}${where}` })),
    notPinged: unreachable.map(
      (to) => `the gateway of ${network}, ${to}: it is in none of the networks of ${endpoint.pod} ${name}`,
    ),
  };
}

function planPeers(all: readonly Endpoint[]): Part {
  // A pod that is in a network twice would talk to itself.
  const endpoints = [...new Map(all.toReversed().map((one) => [one.pod, one])).values()].toReversed();
  const [first, ...others] = endpoints;
  if (first === undefined || others.length === 0) return { pings: [], notPinged: [] };
  const place = reach(first);
  if (place === undefined || place.whyNoPeers !== undefined) {
    const why = place?.whyNoPeers ?? `what is behind plugin "${first.plugin.type}" is not known here`;
    return { pings: [], notPinged: [`the pods of ${first.network} from each other: ${why}`] };
  }
  return { pings: others.flatMap((to, index) => pingsBetween(endpoints[index] ?? first, to)), notPinged: [] };
}

/** One ping for every network of addresses that both are in. */
function pingsBetween(from: Endpoint, to: Endpoint): readonly PlannedPing[] {
  return to.addresses
    .map((cidr) => cidr.split("/")[0] ?? "")
    .filter((address) => networkOf(address, from) !== undefined)
    .map((address) => ({ from, to: address, target: `pod ${to.pod} ${to.interface}` }));
}

function lanOf(endpoint: Endpoint, all: readonly Endpoint[]): readonly LanAddresses[] {
  const master = masterOf(endpoint);
  if (reach(endpoint)?.gateway !== "on the LAN" || master === undefined) return [];
  const taken = all.flatMap(({ addresses }) => addresses.map((cidr) => cidr.split("/")[0]));
  const addresses = endpoint.gateways.flatMap((gateway) => {
    const cidr = networkOf(gateway, endpoint);
    return cidr === undefined || taken.includes(gateway) ? [] : [`${gateway}/${cidr.split("/")[1]}`];
  });
  return addresses.length === 0 ? [] : [{ master, addresses }];
}

function masterOf({ plugin }: Endpoint): string | undefined {
  const name = plugin.master ?? plugin.device;
  return typeof name === "string" ? name : undefined;
}

/** The address of the interface, in CIDR notation, in whose network `address` is. */
function networkOf(address: string, { addresses }: Endpoint): string | undefined {
  const ip = parseIp(address);
  return addresses.find((cidr) => {
    const network = parseCidr(cidr);
    if (ip === undefined || network === undefined || ip.family !== network.family) return false;
    const hostBits = BigInt((ip.family === "ipv4" ? 32 : 128) - network.prefixLength);
    return ip.value >> hostBits === network.value >> hostBits;
  });
}
