// SPDX-License-Identifier: Apache-2.0
import { type AttachmentPlan, type MultusConfig, planAttachments } from "../attachments/index.ts";
import type { CniRequest } from "../cni/index.ts";
import { learnVersions } from "./learn-versions.ts";
import type { VerbPorts } from "./ports.ts";
import { nodePrimary } from "./resolve-networks.ts";
import { searchDirsOf } from "./search-dirs.ts";

/** A plan cannot be without an interface, and the runtime names none for some verbs. */
const standInInterface = "eth0";

/**
 * The plan of the node's primary alone, for the verbs that are about no container (GC, STATUS), and for the
 * DEL of one that nobody planned for. Throws a CniError when there is none.
 */
export async function planPrimary(
  request: CniRequest,
  config: MultusConfig,
  ports: VerbPorts,
): Promise<AttachmentPlan> {
  const { label, config: network } = await nodePrimary(config, ports);
  const networks = [
    { role: "primary" as const, label, config: network, selection: undefined, device: undefined },
  ];
  const searchDirs = searchDirsOf(config, request);
  const versions = await learnVersions(networks, searchDirs, ports);
  const about = { ...request, ifName: request.ifName || standInInterface };
  return planAttachments({ request: about, config, searchDirs, pod: undefined, networks, versions });
}
