// SPDX-License-Identifier: Apache-2.0
import { entryFromMultusCache } from "../attachments/index.ts";
import type { CniRequest } from "../cni/index.ts";
import { deviceInfoFiles } from "./devices.ts";
import type { AttachmentKey, JournalEntry, VerbPorts } from "./ports.ts";
import { delAttachment } from "./run-attachment.ts";

/** The key under which a container's plan is kept. */
export function keyOf(of: { readonly containerId: string; readonly ifName: string }): AttachmentKey {
  return { containerId: of.containerId, ifName: of.ifName };
}

/** What was planned for the request's container: by us, or by upstream Multus before us; undefined when nobody planned. */
export async function findEntry(
  request: CniRequest,
  ports: Pick<VerbPorts, "journal" | "multusCache">,
): Promise<JournalEntry | undefined> {
  const key = keyOf(request);
  const entry = await ports.journal.read(key);
  if (entry !== undefined) return entry;
  const files = await ports.multusCache.read(request.containerId);
  if (files === undefined) return undefined;
  return { ...entryFromMultusCache(files, { ...key, args: request.args }), origin: "multus-cache" };
}

/** Where an entry's plugins run when it is taken away. */
export interface DetachAt {
  /** Empty when the namespace is gone. */
  readonly netns: string;
  readonly searchDirs: readonly string[];
}

/** Takes everything of an entry away, in reverse, whatever fails in between; gives the failures. DEL never plans: this is a replay. */
export async function detach(
  entry: Pick<JournalEntry, "plan" | "results">,
  at: DetachAt,
  ports: Pick<VerbPorts, "plugins" | "devices">,
): Promise<readonly unknown[]> {
  const { plan, results } = entry;
  const searchDirs = [...new Set([...at.searchDirs, ...plan.searchDirs])];
  const failures: unknown[] = [];
  for (const [index, attachment] of [...plan.attachments.entries()].reverse()) {
    const run = { plan, attachment, netns: at.netns, searchDirs, plugins: ports.plugins };
    failures.push(...(await delAttachment(run, results.get(index))));
  }
  for (const file of deviceInfoFiles(plan)) await ports.devices.removeInfo(file);
  return failures;
}

/** Forgets an entry whose attachments are all gone. */
export async function forget(
  entry: JournalEntry,
  ports: Pick<VerbPorts, "journal" | "multusCache">,
): Promise<void> {
  if (entry.origin === "journal") await ports.journal.remove(keyOf(entry.plan));
  else await ports.multusCache.remove(entry.plan.containerId);
}
