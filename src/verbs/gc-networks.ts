// SPDX-License-Identifier: Apache-2.0
import type { Attachment, AttachmentPlan, PlannedPlugin } from "../attachments/index.ts";
import type { ValidAttachment } from "../cni/index.ts";
import type { JournalEntry } from "./ports.ts";
import { knowsVerb } from "./run-attachment.ts";

/** One network to clean up: the plugins that know GC, and the attachments that stay. */
export interface GcNetwork {
  readonly name: string;
  readonly plugins: readonly PlannedPlugin[];
  readonly validAttachments: readonly ValidAttachment[];
}

/** What decides which networks are cleaned up, and what stays. */
export interface GcGround {
  readonly entries: readonly JournalEntry[];
  /** The plan of the node's primary; undefined when it cannot be had. */
  readonly primary: AttachmentPlan | undefined;
  /** All that the runtime still has, by the interface that it named. */
  readonly attached: readonly ValidAttachment[];
}

/**
 * The networks of the entries and of the node's primary, each once, by CNI name. In a network of an entry its
 * container stays if the runtime has it, under the interface of that network, which is not the runtime's. In
 * the primary every container of the runtime stays: one that was attached before we came has no entry, and
 * lives.
 */
export function networksToCollect({ entries, primary, attached }: GcGround): readonly GcNetwork[] {
  const networks = new Map<string, GcNetwork>();
  const collect = (plan: AttachmentPlan, staying: (attachment: Attachment) => readonly ValidAttachment[]) => {
    for (const attachment of plan.attachments.filter(({ disableGC }) => !disableGC)) {
      const known = networks.get(attachment.cniName);
      networks.set(attachment.cniName, {
        name: attachment.cniName,
        // An entry may be from before its network was raised to a version that has GC.
        plugins: known?.plugins.length
          ? known.plugins
          : attachment.plugins.filter((plugin) => knowsVerb(plugin, "GC")),
        validAttachments: union(known?.validAttachments ?? [], staying(attachment)),
      });
    }
  };
  for (const { plan } of entries) {
    const stays = isAttached(plan, attached);
    collect(plan, (attachment) =>
      stays ? [{ containerID: plan.containerId, ifname: attachment.interface }] : [],
    );
  }
  if (primary !== undefined) collect(primary, () => attached);
  return [...networks.values()].filter((network) => network.plugins.length > 0);
}

/** Whether the runtime still has the container of a plan. */
export function isAttached(
  { containerId, ifName }: Pick<AttachmentPlan, "containerId" | "ifName">,
  attached: readonly ValidAttachment[],
): boolean {
  return attached.some(({ containerID, ifname }) => containerID === containerId && ifname === ifName);
}

function union(
  some: readonly ValidAttachment[],
  others: readonly ValidAttachment[],
): readonly ValidAttachment[] {
  const isNew = (other: ValidAttachment) =>
    !some.some(({ containerID, ifname }) => containerID === other.containerID && ifname === other.ifname);
  return [...some, ...others.filter(isNew)];
}
