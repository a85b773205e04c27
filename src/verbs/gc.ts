// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import { type CniRequest, readPluginAnswer, withValidAttachments } from "../cni/index.ts";
import { detach } from "./detach.ts";
import { forget } from "./entries.ts";
import { joinFailures } from "./failures.ts";
import { type GcNetwork, networksToCollect } from "./gc-networks.ts";
import { planPrimary } from "./plan-primary.ts";
import type { JournalEntry, VerbPorts } from "./ports.ts";
import { searchDirsOf } from "./search-dirs.ts";

/**
 * GC: takes away what containers left that the runtime no longer has, then asks every plugin of every network (the
 * primary and those of NADs alike) to do the same. Goes on after failures and throws them joined at the end.
 * Source: CNI 1.1.0, section 2 "GC".
 */
export async function gc(request: CniRequest, config: MultusConfig, ports: VerbPorts): Promise<void> {
  const failures: unknown[] = [];
  const { entries, unreadable } = await ports.journal.list();
  for (const reason of unreadable) ports.log("error", "a journal entry cannot be read", { reason });
  const isValid = validity(request);
  const searchDirs = searchDirsOf(config, request);

  for (const entry of entries.filter((entry) => !isValid(entry))) {
    const undone = await detach(entry, { netns: lastingNamespace(entry.plan.netns), searchDirs }, ports);
    if (undone.length === 0) await forget(entry, ports);
    failures.push(...undone);
  }
  const primary = await planPrimary(request, config, ports).catch((error) => void failures.push(error));
  const networks = networksToCollect(entries, isValid, primary ?? undefined);
  for (const network of networks) failures.push(...(await collect(network, searchDirs, ports)));

  const failure = joinFailures(failures);
  if (failure !== undefined) throw failure;
}

/** Whether the runtime still has the container of an entry. */
function validity(request: CniRequest): (entry: JournalEntry) => boolean {
  const valid = new Set(
    request.validAttachments?.map(({ containerID, ifname }) => `${containerID} ${ifname}`),
  );
  return ({ plan }) => valid.has(`${plan.containerId} ${plan.ifName}`);
}

/**
 * The namespace that an entry names, if what has that name now can only be the container's own: a runtime that lost a
 * container may have left its namespace. The number of a process may be somebody else's by now.
 */
function lastingNamespace(netns: string): string {
  return netns.startsWith("/proc/") ? "" : netns;
}

async function collect(
  network: GcNetwork,
  searchDirs: readonly string[],
  ports: VerbPorts,
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const plugin of network.plugins) {
    try {
      const ending = await ports.plugins.run({
        verb: "GC",
        plugin: plugin.type,
        searchDirs,
        environment: { CNI_COMMAND: "GC", CNI_PATH: searchDirs.join(":") },
        stdin: withValidAttachments(plugin.stdin, network.validAttachments),
      });
      readPluginAnswer(ending, { plugin: plugin.type, network: network.name, interface: "", verb: "GC" });
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}
