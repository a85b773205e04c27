// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import { type CniRequest, toCniError } from "../cni/index.ts";
import { planPrimary } from "./plan-primary.ts";
import type { JournalEntry, VerbPorts } from "./ports.ts";

/**
 * What DEL takes away of a container that neither we nor upstream Multus planned for. It may be from before
 * there was a meta-plugin on this node: then the runtime attached it to the primary itself, and relies on us
 * to give its address back. undefined for one that we have dealt with, as a runtime sends DEL more than once,
 * and where the primary cannot be known without the API, which DEL never asks.
 */
export async function strangersEntry(
  request: CniRequest,
  config: MultusConfig,
  ports: VerbPorts,
): Promise<JournalEntry | undefined> {
  const container = request.containerId;
  if (ports.records?.hasDealtWith(container) === true) return undefined;
  try {
    const plan = await planPrimary(request, config, { ...ports, cluster: undefined });
    ports.log("verbose", "DEL of a container from before: it is detached from the primary", { container });
    return { plan, results: new Map(), origin: "journal" };
  } catch (error) {
    const { message } = toCniError(error);
    ports.log("error", "DEL of a container that nothing is known of", { container, reason: message });
    return undefined;
  }
}
