// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import { CniError, type CniRequest, cniErrorCodes } from "../cni/index.ts";
import { findEntry } from "./entries.ts";
import type { JournalEntry, VerbPorts } from "./ports.ts";
import { checkAttachment } from "./run-attachment.ts";
import { searchDirsOf } from "./search-dirs.ts";

/**
 * CHECK: every attachment of the journal, in the order of ADD, the networks of the pod as well as its
 * primary.
 */
export async function check(
  request: CniRequest,
  config: Pick<MultusConfig, "binDir">,
  ports: VerbPorts,
): Promise<void> {
  const entry = await findEntry(request, ports);
  if (entry === undefined) {
    throw new CniError(
      cniErrorCodes.unknownContainer,
      `check container ${request.containerId}: no ADD of it is known on this node`,
      {
        hint: "delete the pod so that it is attached anew",
      },
    );
  }
  const searchDirs = searchDirsOf(config, request, entry.plan.searchDirs);
  for (const [index, attachment] of entry.plan.attachments.entries()) {
    const run = { plan: entry.plan, attachment, netns: request.netns, searchDirs, plugins: ports.plugins };
    await checkAttachment(run, resultOf(entry, index));
  }
}

function resultOf(entry: JournalEntry, index: number) {
  const result = entry.results.get(index);
  if (result !== undefined) return result;
  const network = entry.plan.attachments[index]?.network ?? `number ${index}`;
  throw new CniError(cniErrorCodes.unknownContainer, `check network ${network}: its ADD did not finish`, {
    hint: "delete the pod so that it is attached anew",
  });
}
