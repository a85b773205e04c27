// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, interfaceNameProblem } from "../cni/index.ts";
import type { AttachmentRole } from "./plan.ts";

/** A network that needs an interface name. */
export interface NamedNetwork {
  readonly role: AttachmentRole;
  /** For the reader. */
  readonly label: string;
  readonly selection: { readonly interface: string | undefined } | undefined;
}

/**
 * Interfaces that the kernel makes in each namespace, the tunnels where their modules are loaded: nobody else
 * can have, or delete, them.
 */
const kernelNames: readonly string[] =
  "lo tunl0 sit0 ip6tnl0 gre0 gretap0 erspan0 ip6gre0 ip_vti0 ip6_vti0".split(" ");

/**
 * Gives each network the name of its interface: the primary and auxiliary chains have `primaryName`
 * (CNI_IFNAME), the n-th network has what its selection asks for, else `net<n>`, counted over all networks
 * with the primary as 0. Throws a CniError (code 7) for a name that the kernel refuses or that two networks
 * would have.
 */
export function interfaceNames(networks: readonly NamedNetwork[], primaryName: string): readonly string[] {
  const owners = new Map<string, string>();
  return networks.map((network, index) => {
    const { label, role } = network;
    const wanted = network.selection?.interface;
    if (role === "auxiliary") return primaryName;
    if (role === "primary") requirePrimaryName(label, wanted, primaryName);
    const name = role === "primary" ? primaryName : (wanted ?? `net${index}`);
    const isTaken = role !== "primary" && kernelNames.includes(name);
    const problem = isTaken ? "the kernel has its own of that name" : interfaceNameProblem(name);
    if (problem !== undefined)
      throw invalid(`network "${label}" cannot have interface "${name}": ${problem}`, "it");
    const owner = owners.get(name);
    if (owner !== undefined) {
      throw invalid(`networks "${owner}" and "${label}" would both have interface "${name}"`, "one of them");
    }
    owners.set(name, label);
    return name;
  });
}

/** The runtime looks for the pod's address on the interface that it named. */
function requirePrimaryName(label: string, wanted: string | undefined, primaryName: string): void {
  if (wanted === undefined || wanted === primaryName) return;
  throw new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `default network "${label}" cannot have interface "${wanted}", the runtime wants "${primaryName}"`,
    { hint: "take the interface out of the annotation v1.multus-cni.io/default-network" },
  );
}

function invalid(message: string, whom: string): CniError {
  const hint = `give ${whom} another interface: name@data0, or "interface": "data0" in the JSON form`;
  return new CniError(cniErrorCodes.invalidNetworkConfig, message, { hint });
}
