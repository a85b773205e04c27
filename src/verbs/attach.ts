// SPDX-License-Identifier: Apache-2.0
import { type Attachment, type AttachmentPlan, attachSteps, unmetRequests } from "../attachments/index.ts";
import { CniError, type CniResult, cniErrorCodes, toCniError } from "../cni/index.ts";
import { keyOf } from "./entries.ts";
import { joinFailures } from "./failures.ts";
import { keepRecord } from "./keep-record.ts";
import type { VerbPorts } from "./ports.ts";
import { addAttachment } from "./run-attachment.ts";

/** How far the attaching of a plan got, by index of the attachment. */
export interface Progress {
  /** Those whose plugins may have run: what is not here has left nothing. */
  readonly tried: Set<number>;
  readonly results: Map<number, CniResult>;
  readonly failures: Map<number, CniError>;
}

/** Nothing tried yet. */
export function noProgress(): Progress {
  return { tried: new Set(), results: new Map(), failures: new Map() };
}

/**
 * Attaches the networks of a plan step by step, the primary first. Each result goes into `progress` and into
 * the journal as it comes. When one fails, those beside it are stopped; once all of them have ended, it
 * throws the CniError of the one that failed first, with the others in its details.
 */
export async function attach(plan: AttachmentPlan, progress: Progress, ports: VerbPorts): Promise<void> {
  for (const step of attachSteps(plan)) {
    const stop = new AbortController();
    const failures: CniError[] = [];
    const runs = step.map(async (index) => {
      progress.tried.add(index);
      try {
        await attachOne({ plan, index, progress, ports, signal: stop.signal });
      } catch (cause) {
        const error = toCniError(cause);
        progress.failures.set(index, error);
        failures.push(error);
        stop.abort();
      }
    });
    await Promise.all(runs);
    const failure = joinFailures(failures);
    if (failure !== undefined) throw failure;
  }
}

interface OneAttachment {
  readonly plan: AttachmentPlan;
  readonly index: number;
  readonly progress: Progress;
  readonly ports: VerbPorts;
  readonly signal: AbortSignal;
}

async function attachOne({ plan, index, progress, ports, signal }: OneAttachment): Promise<void> {
  const attachment = plan.attachments[index];
  if (attachment === undefined) return;
  const { netns, searchDirs } = plan;
  const { results } = progress;
  const run = { plan, attachment, netns, searchDirs, plugins: ports.plugins, signal };
  await keepRecord({ verb: "ADD", plan, attachment, ports }, async () => {
    const result = await addAttachment(run, startOf(attachment, results));
    results.set(index, result);
    await ports.journal.record(keyOf(plan), index, result);
    await confirmRequests(plan, attachment, result, ports);
    return { addresses: result.ips.map(({ address }) => address) };
  });
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
