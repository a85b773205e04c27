// SPDX-License-Identifier: Apache-2.0
import type { AttachmentPlan, PlannedPlugin } from "../attachments/index.ts";
import type { JournalEntry } from "./ports.ts";
import { knowsVerb } from "./run-attachment.ts";

/** One network to clean up: the plugins that know GC, and the attachments that stay. */
export interface GcNetwork {
  readonly name: string;
  readonly plugins: readonly PlannedPlugin[];
  readonly validAttachments: readonly { readonly containerID: string; readonly ifname: string }[];
}

/**
 * The networks of the journal and of the node's primary, each once, by CNI name. The attachments that stay are those
 * of entries that `isValid`, under the interface that this network has in the pod, which is not the runtime's.
 */
export function networksToCollect(
  entries: readonly JournalEntry[],
  isValid: (entry: JournalEntry) => boolean,
  primary: AttachmentPlan | undefined,
): readonly GcNetwork[] {
  const networks = new Map<string, GcNetwork>();
  const plans = entries.map((entry) => ({ plan: entry.plan, valid: isValid(entry) }));
  if (primary !== undefined) plans.push({ plan: primary, valid: false });

  for (const { plan, valid } of plans) {
    for (const attachment of plan.attachments) {
      if (attachment.disableGC) continue;
      const known = networks.get(attachment.cniName);
      const stays = valid ? [{ containerID: plan.containerId, ifname: attachment.interface }] : [];
      networks.set(attachment.cniName, {
        name: attachment.cniName,
        plugins: attachment.plugins.filter((plugin) => knowsVerb(plugin, "GC")),
        validAttachments: [...(known?.validAttachments ?? []), ...stays],
      });
    }
  }
  return [...networks.values()].filter((network) => network.plugins.length > 0);
}
