// SPDX-License-Identifier: Apache-2.0
import type { PlannedPlugin } from "../attachments/index.ts";
import { type CniError, parseNetworkConfig } from "../cni/index.ts";
import type { VerbPorts } from "./ports.ts";
import { type AttachmentRun, type DelFailure, runsDel } from "./run-attachment.ts";

/** Plugins whose attachments are a link of the kernel and a lease of their IPAM plugin, and nothing besides. */
const linkAndLease: readonly string[] = ["macvlan", "ipvlan", "vlan"];

interface FailedDel {
  readonly run: AttachmentRun;
  readonly failures: readonly DelFailure[];
  /** How the ADD of this attachment failed just before. */
  readonly refusal: CniError | undefined;
  readonly ports: Pick<VerbPorts, "podNamespace">;
}

/**
 * Whether nothing of an attachment is left although DEL failed. Some plugins cannot delete what they could not have made: macvlan
 * looks for its master and host-local reads its ranges before they do anything, in ADD as in DEL, and a pod that can never be deleted
 * would be worse than the mistake in its NAD. Without the interface in the pod, it is enough that
 * - every plugin refuses in the very words in which it refused the ADD, or
 * - those that refuse only make a link, and their IPAM plugin, asked directly, has released the lease.
 */
export async function nothingIsLeft({ run, failures, refusal, ports }: FailedDel): Promise<boolean> {
  const { netns, attachment } = run;
  if (netns !== "" && (await ports.podNamespace.readInterface(netns, attachment.interface)) !== undefined)
    return false;
  if (refusal !== undefined && failures.every(({ error }) => error.reason === refusal.reason)) return true;
  for (const { plugin } of failures) {
    if (!linkAndLease.includes(plugin.type) || !(await releasesLease(run, plugin))) return false;
  }
  return true;
}

/** An IPAM plugin gets the standard input of the plugin that it serves (specification, section 4). */
async function releasesLease(run: AttachmentRun, plugin: PlannedPlugin): Promise<boolean> {
  const ipamType = parseNetworkConfig(plugin.stdin, "the journal").plugins[0]?.ipamType;
  return ipamType === undefined || runsDel(run, { ...plugin, type: ipamType });
}
