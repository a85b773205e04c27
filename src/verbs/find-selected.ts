// SPDX-License-Identifier: Apache-2.0
import {
  isNamespaceAllowed,
  isolationError,
  type MultusConfig,
  type NetworkSelection,
  noNetworkFoundEvent,
} from "../attachments/index.ts";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import { type FoundNetwork, networkOfNad } from "./find-network.ts";
import type { PodFinding } from "./find-pod.ts";
import type { VerbPorts } from "./ports.ts";

interface Selecting {
  /** Its NADs are for every pod: where the operator keeps primaries. */
  readonly trustedNamespace?: string;
  readonly finding: Extract<PodFinding, { kind: "found" }>;
  readonly config: MultusConfig;
  readonly ports: VerbPorts;
}

/**
 * The network that a pod selects. Throws a CniError: code 7 for one that isolation keeps from the pod or that
 * does not exist (naming the namespaces that have one of that name), the lookup's own when the API cannot be
 * asked.
 */
export async function findSelected(selection: NetworkSelection, selecting: Selecting): Promise<FoundNetwork> {
  const { finding, config, ports } = selecting;
  const use = { nadNamespace: selection.namespace, podNamespace: finding.pod.namespace, config };
  if (selection.namespace !== selecting.trustedNamespace && !isNamespaceAllowed(use))
    throw isolationError(selection.name, use);
  const lookup = await ports.cluster?.readNetwork(selection.namespace, selection.name);
  if (lookup?.kind === "found") return networkOfNad(lookup.value, config, ports);
  if (lookup?.kind === "unreachable") throw lookup.error;
  throw await missing(selection, selecting);
}

async function missing(selection: NetworkSelection, { finding, ports }: Selecting): Promise<CniError> {
  const elsewhere = (await ports.cluster?.namespacesOfNetwork(selection.name)) ?? [];
  await ports.cluster?.emitEvent(finding.identity, noNetworkFoundEvent(selection, elsewhere));
  const hint =
    elsewhere.length === 0
      ? "create it, or correct the name in the pod's annotation"
      : `there is one in ${elsewhere.join(", ")}: write "${elsewhere[0]}/${selection.name}"`;
  return new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `NetworkAttachmentDefinition "${selection.namespace}/${selection.name}" does not exist`,
    { hint },
  );
}
