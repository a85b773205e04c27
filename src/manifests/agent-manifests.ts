// SPDX-License-Identifier: Apache-2.0
import { accessManifests } from "./access.ts";
import { agentConfigMap } from "./agent-config-map.ts";
import { agentDaemonSet } from "./agent-daemon-set.ts";
import type { Installation } from "./installation.ts";
import type { Manifest } from "./manifest.ts";

/**
 * What is applied to a cluster for the agent, in the order of applying. The definition of networks is not
 * among it: whoever deletes the agent by its manifest must not delete all networks with it.
 */
export function agentManifests(installation: Installation): readonly Manifest[] {
  return [...accessManifests(installation), agentConfigMap(installation), agentDaemonSet(installation)];
}
