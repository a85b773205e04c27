// SPDX-License-Identifier: Apache-2.0
import type { CniError } from "../cni/index.ts";
import { type DetachPorts, detach } from "./detach.ts";
import { forget } from "./entries.ts";
import type { JournalEntry, VerbPorts } from "./ports.ts";

/**
 * DEL of a container that the runtime does not have any more: its entry is replayed, and forgotten once every
 * plugin succeeded. Gives the failures after which something may be left.
 */
export async function replayDel(
  entry: JournalEntry,
  searchDirs: readonly string[],
  ports: DetachPorts & Pick<VerbPorts, "journal" | "multusCache">,
): Promise<readonly CniError[]> {
  const left = await detach(entry, { netns: lastingNamespace(entry.plan.netns), searchDirs }, ports);
  if (left.length === 0) await forget(entry, ports);
  return left;
}

/**
 * The namespace that an entry names, if what has that name now can only be the container's own: a runtime
 * that lost a container may have left its namespace. The number of a process may be somebody else's by now.
 */
function lastingNamespace(netns: string): string {
  return netns.startsWith("/proc/") ? "" : netns;
}
