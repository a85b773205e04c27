// SPDX-License-Identifier: Apache-2.0
import {
  annotationKeys,
  auxiliaryChain,
  auxiliaryChainFolder,
  type MultusConfig,
  type NetworkSelection,
  parseDefaultNetworkAnnotation,
  parseNetworkSelections,
  type ResolvedNetwork,
  undeclaredRequests,
} from "../attachments/index.ts";
import { type Candidate, withDevices } from "./devices.ts";
import { type FoundNetwork, findNetwork } from "./find-network.ts";
import type { PodFinding } from "./find-pod.ts";
import { findSelected } from "./find-selected.ts";
import type { VerbPorts } from "./ports.ts";

interface Resolution {
  readonly finding: Exclude<PodFinding, { kind: "gone" }>;
  readonly config: MultusConfig;
  readonly ports: VerbPorts;
}

/**
 * All networks of a pod with their configurations, in the order of ADD: the primary, the further delegates
 * and default networks of the node, those that the pod asks for, the auxiliary chain (Multus v4.3).
 * Throws the CniError of the first that cannot be had.
 */
export async function resolveNetworks(resolution: Resolution): Promise<readonly ResolvedNetwork[]> {
  const [primary, ...further] = await Promise.all([
    primaryOf(resolution),
    nodeNetworks(resolution),
    askedNetworks(resolution),
    auxiliaryNetworks(resolution),
  ]);
  const candidates = [primary, ...further.flat()];
  await noteUndeclared(candidates, resolution);
  return withDevices(candidates, resolution.finding, resolution.ports);
}

/** The node's primary, whatever a pod says. */
export async function nodePrimary(
  config: MultusConfig,
  ports: Pick<VerbPorts, "files" | "cluster" | "log">,
): Promise<FoundNetwork> {
  const [inline] = config.delegates;
  if (inline === undefined) return findNetwork(config.clusterNetwork, config, ports);
  return { label: inline.name, config: inline, resourceName: undefined };
}

async function primaryOf({ finding, config, ports }: Resolution): Promise<Candidate> {
  const annotation =
    finding.kind === "found" ? finding.pod.annotations[annotationKeys.defaultNetwork] : undefined;
  const selection =
    annotation === undefined ? undefined : parseDefaultNetworkAnnotation(annotation, config.multusNamespace);
  if (selection === undefined || finding.kind !== "found") {
    return { ...(await nodePrimary(config, ports)), role: "primary", selection: undefined };
  }
  const trusted = { trustedNamespace: config.multusNamespace };
  return {
    ...(await findSelected(selection, { finding, config, ports, ...trusted })),
    role: "primary",
    selection,
  };
}

async function nodeNetworks({ finding, config, ports }: Resolution): Promise<readonly Candidate[]> {
  const inline = config.delegates
    .slice(1)
    .map((delegate) => ({ label: delegate.name, config: delegate, resourceName: undefined }));
  const isSystemPod =
    finding.identity !== undefined && config.systemNamespaces.includes(finding.identity.namespace);
  const references = isSystemPod ? [] : config.defaultNetworks;
  const named = await Promise.all(references.map((reference) => findNetwork(reference, config, ports)));
  return [...inline, ...named].map((network) => ({ ...network, role: "network", selection: undefined }));
}

async function askedNetworks({ finding, config, ports }: Resolution): Promise<readonly Candidate[]> {
  if (finding.kind !== "found") return [];
  const annotation = finding.pod.annotations[annotationKeys.networks] ?? "";
  const selections = parseNetworkSelections(annotation, finding.pod.namespace);
  noteUnknownKeys(selections, ports);
  return Promise.all(
    selections.map(async (selection) => ({
      ...(await findSelected(selection, { finding, config, ports })),
      role: "network",
      selection,
    })),
  );
}

/**
 * Ports, bandwidth and GUIDs show in no result, so what no plugin declares is told, though the pod starts as
 * it does with upstream.
 */
async function noteUndeclared(
  candidates: readonly Candidate[],
  { finding, ports }: Resolution,
): Promise<void> {
  for (const message of candidates.flatMap(undeclaredRequests)) {
    ports.log("error", "a request of the pod has no effect", { message });
    if (finding.kind !== "found") continue;
    await ports.cluster?.emitEvent(finding.identity, {
      type: "Warning",
      reason: "NetworkRequestIgnored",
      message,
    });
  }
}

function noteUnknownKeys(selections: readonly NetworkSelection[], ports: Pick<VerbPorts, "log">): void {
  for (const { name, unknownKeys } of selections) {
    if (unknownKeys.length > 0)
      ports.log("error", "the pod's annotation has keys that nobody specified", {
        network: name,
        unknownKeys,
      });
  }
}

async function auxiliaryNetworks({ config, ports }: Resolution): Promise<readonly Candidate[]> {
  const folder = auxiliaryChainFolder(config);
  const files = folder === undefined ? undefined : await ports.files.readFolder(folder);
  const chain = auxiliaryChain(config, files ?? []);
  if (chain === undefined) return [];
  return [
    { label: chain.name, config: chain, resourceName: undefined, role: "auxiliary", selection: undefined },
  ];
}
