// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import {
  CniError,
  type CniRequest,
  cniErrorCodes,
  toCniError,
  type ValidAttachment,
  withValidAttachments,
} from "../cni/index.ts";
import { upstreamEntry } from "./entries.ts";
import { joinFailures } from "./failures.ts";
import { type GcNetwork, isAttached, networksToCollect } from "./gc-networks.ts";
import { planPrimary } from "./plan-primary.ts";
import type { JournalEntry, VerbPorts } from "./ports.ts";
import { replayDel } from "./replay-del.ts";
import { runNetworkPlugin } from "./run-network-plugin.ts";
import { searchDirsOf } from "./search-dirs.ts";

/**
 * GC: takes away what containers left that the runtime no longer has, then asks every plugin of every network
 * (the primary and those of NADs alike) to do the same. Goes on after failures and throws them joined at the
 * end. Source: CNI 1.1.0, section 2 "GC".
 */
export async function gc(request: CniRequest, config: MultusConfig, ports: VerbPorts): Promise<void> {
  const failures: unknown[] = [];
  const attached = request.validAttachments ?? [];
  const { entries, unreadable } = await readEntries(attached, ports);
  const searchDirs = searchDirsOf(config, request);

  for (const entry of entries.filter(({ plan }) => !isAttached(plan, attached))) {
    failures.push(...(await replayDel(entry, searchDirs, ports)));
  }
  const primary = await planPrimary(request, config, ports).catch((error) => void failures.push(error));
  // What an entry that cannot be read has in a network would be taken for a leftover by its plugins.
  const networks =
    unreadable.length > 0 ? [] : networksToCollect({ entries, primary: primary ?? undefined, attached });
  for (const network of networks) failures.push(...(await collect(network, searchDirs, ports)));

  const failure = joinFailures([...failures, ...unreadable]);
  if (failure !== undefined) throw failure;
}

/**
 * The journal, and what upstream Multus kept of the containers that it attached before us and that live on.
 */
async function readEntries(attached: readonly ValidAttachment[], ports: VerbPorts) {
  const { entries, unreadable } = await ports.journal.list();
  const failures: CniError[] = unreadable.map((reason) => new CniError(cniErrorCodes.ioFailure, reason));
  const found: JournalEntry[] = [...entries];
  for (const { containerID: containerId, ifname: ifName } of attached) {
    if (entries.some(({ plan }) => plan.containerId === containerId && plan.ifName === ifName)) continue;
    try {
      const entry = await upstreamEntry({ containerId, ifName, args: "" }, ports);
      if (entry !== undefined) found.push(entry);
    } catch (error) {
      failures.push(toCniError(error));
    }
  }
  return { entries: found, unreadable: failures };
}

async function collect(
  network: GcNetwork,
  searchDirs: readonly string[],
  ports: VerbPorts,
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const plugin of network.plugins) {
    try {
      const stdin = withValidAttachments(plugin.stdin, network.validAttachments);
      const question = { verb: "GC", network: network.name, searchDirs, plugins: ports.plugins } as const;
      await runNetworkPlugin({ ...plugin, stdin }, question);
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}
