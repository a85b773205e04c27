// SPDX-License-Identifier: Apache-2.0
import {
  type AttachmentPlan,
  changesDefaultRoutes,
  defaultRouteChange,
  editDefaultRoutes,
} from "../attachments/index.ts";
import type { CniResult } from "../cni/index.ts";
import { keyOf } from "./entries.ts";
import type { VerbPorts } from "./ports.ts";

/**
 * Gives the pod the default routes that its annotation asks for, computed once for all its networks, IPv4 and
 * IPv6 apart. The results, in `results` and in the journal, then tell what is true: CHECK compares with them.
 */
export async function routeDefaults(
  plan: AttachmentPlan,
  results: Map<number, CniResult>,
  ports: VerbPorts,
): Promise<void> {
  if (!changesDefaultRoutes(plan)) return;
  const change = defaultRouteChange(plan, await ports.podNamespace.defaultRoutes(plan.netns));
  if (change !== undefined) await ports.podNamespace.changeDefaultRoutes(plan.netns, change);
  for (const [index, attachment] of plan.attachments.entries()) {
    const result = results.get(index);
    if (result === undefined) continue;
    const edited = editDefaultRoutes(result, attachment);
    results.set(index, edited);
    await ports.journal.record(keyOf(plan), index, edited);
  }
}
