// SPDX-License-Identifier: Apache-2.0
import { entryFromMultusCache } from "../attachments/index.ts";
import type { CniRequest } from "../cni/index.ts";
import type { AttachmentKey, JournalEntry, VerbPorts } from "./ports.ts";

/** The key under which a container's plan is kept. */
export function keyOf(of: { readonly containerId: string; readonly ifName: string }): AttachmentKey {
  return { containerId: of.containerId, ifName: of.ifName };
}

/**
 * What was planned for the request's container: by us, or by upstream Multus before us; undefined when nobody
 * planned.
 */
export async function findEntry(
  request: CniRequest,
  ports: Pick<VerbPorts, "journal" | "multusCache" | "log">,
): Promise<JournalEntry | undefined> {
  const key = keyOf(request);
  const entry = await ports.journal.read(key);
  return entry ?? upstreamEntry(request, ports);
}

/** What upstream Multus planned for a container; undefined when it knows nothing of it. */
export async function upstreamEntry(
  request: Pick<CniRequest, "containerId" | "ifName" | "args">,
  ports: Pick<VerbPorts, "multusCache" | "log">,
): Promise<JournalEntry | undefined> {
  const files = await ports.multusCache.read(request.containerId);
  if (files === undefined) return undefined;
  const entry = entryFromMultusCache(files, { ...keyOf(request), args: request.args });
  if (entry.plan.attachments.length === 0) {
    const message = "the cache of upstream Multus is empty for a container, its leases may stay behind";
    ports.log("error", message, { container: request.containerId });
  }
  return { ...entry, origin: "multus-cache" };
}

/** Forgets an entry whose attachments are all gone. */
export async function forget(
  entry: JournalEntry,
  ports: Pick<VerbPorts, "journal" | "multusCache">,
): Promise<void> {
  if (entry.origin === "journal") await ports.journal.remove(keyOf(entry.plan));
  else await ports.multusCache.remove(entry.plan.containerId);
}
