// SPDX-License-Identifier: Apache-2.0
import { type Attachment, type AttachmentPlan, unmetRequests } from "../attachments/index.ts";
import { CniError, type CniResult, cniErrorCodes } from "../cni/index.ts";
import { keyOf } from "./entries.ts";
import type { VerbPorts } from "./ports.ts";
import { addAttachment } from "./run-attachment.ts";

/**
 * Attaches the networks of a plan one after another, the primary first. Each result goes into `results` (by
 * index of the attachment) and into the journal as it comes. Throws the CniError of the first that fails.
 */
export async function attach(
  plan: AttachmentPlan,
  results: Map<number, CniResult>,
  ports: VerbPorts,
): Promise<void> {
  for (const [index, attachment] of plan.attachments.entries()) {
    const started = ports.now();
    const run = { plan, attachment, netns: plan.netns, searchDirs: plan.searchDirs, plugins: ports.plugins };
    const result = await addAttachment(run, startOf(attachment, results));
    results.set(index, result);
    await ports.journal.record(keyOf(plan), index, result);
    await confirmRequests(plan, attachment, result, ports);
    ports.log("verbose", "attached", {
      pod: plan.pod && `${plan.pod.namespace}/${plan.pod.name}`,
      network: attachment.network,
      interface: attachment.interface,
      ms: Math.round(ports.now() - started),
    });
  }
}

/** An auxiliary chain works on what the primary made; every other attachment starts from nothing. */
function startOf(attachment: Attachment, results: ReadonlyMap<number, CniResult>): CniResult | undefined {
  return attachment.role === "auxiliary" ? results.get(0) : undefined;
}

/**
 * What counts is the result: a requested address or MAC that is not there fails the attachment, never
 * silence.
 */
async function confirmRequests(
  plan: AttachmentPlan,
  attachment: Attachment,
  result: CniResult,
  ports: Pick<VerbPorts, "podNamespace">,
): Promise<void> {
  if (attachment.requested.ips.length === 0 && attachment.requested.mac === undefined) return;
  const observed = await ports.podNamespace.readInterface(plan.netns, attachment.interface);
  const unmet = unmetRequests(attachment, result, observed);
  if (unmet !== undefined) throw new CniError(cniErrorCodes.invalidNetworkConfig, unmet);
}
