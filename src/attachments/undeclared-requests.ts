// SPDX-License-Identifier: Apache-2.0
import type { ResolvedNetwork } from "./plan-attachments.ts";
import { requestedValues } from "./runtime-config.ts";

/**
 * What only `runtimeConfig` can carry, and no result shows; addresses and MACs are found out by
 * `unmetRequests`.
 */
const carriedByCapability = ["portMappings", "bandwidth", "infinibandGUID"];

/**
 * What a pod asks of a network that none of its plugins declares: upstream drops it in silence, and pods rely
 * on starting all the same. Gives one sentence for the log for each.
 */
export function undeclaredRequests({
  label,
  config,
  selection,
}: Pick<ResolvedNetwork, "label" | "config" | "selection">): readonly string[] {
  const asked = Object.keys(requestedValues(selection)).filter((key) => carriedByCapability.includes(key));
  const declared = new Set(config.plugins.flatMap(({ capabilities }) => capabilities));
  return asked
    .filter((capability) => !declared.has(capability))
    .map(
      (capability) =>
        `network "${label}" takes no ${capability}: declare "capabilities": {"${capability}": true} on a plugin of its NAD`,
    );
}
