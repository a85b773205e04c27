// SPDX-License-Identifier: Apache-2.0
import type { CniError } from "../cni/index.ts";
import { deviceInfoFiles } from "./devices.ts";
import { nothingIsLeft } from "./nothing-is-left.ts";
import { traitsOf } from "./plugin-traits.ts";
import type { JournalEntry, VerbPorts } from "./ports.ts";
import { type AttachmentRun, type DelFailure, delAttachment, releaseLease } from "./run-attachment.ts";

/** Where an entry's plugins run when it is taken away. */
export interface DetachAt {
  /** Empty, or a path that leads nowhere, when the namespace is gone. */
  readonly netns: string;
  readonly searchDirs: readonly string[];
  /** When an ADD is undone: the index of the attachment that failed, and how. */
  readonly failedAdd?: { readonly index: number; readonly error: CniError } | undefined;
}

/**
 * Takes everything of an entry away, in reverse, whatever fails in between; gives the failures after which
 * something may be left. DEL never plans: this is a replay.
 */
export async function detach(
  entry: JournalEntry,
  at: DetachAt,
  ports: Pick<VerbPorts, "plugins" | "devices" | "podNamespace" | "log">,
): Promise<readonly CniError[]> {
  const { plan, results } = entry;
  const searchDirs = [...new Set([...at.searchDirs, ...plan.searchDirs])];
  // A path that leads nowhere means the same as none, but not to all plugins; sbr even makes a file there.
  const netns = at.netns !== "" && (await ports.podNamespace.isThere(at.netns)) ? at.netns : "";
  const left: CniError[] = [];
  for (const [index, attachment] of [...plan.attachments.entries()].reverse()) {
    const run = { plan, attachment, netns, searchDirs, plugins: ports.plugins };
    const failures = [...(await delAttachment(run, results.get(index))), ...(await releaseSkipped(run))];
    if (failures.length === 0) continue;
    const refusal = at.failedAdd?.index === index ? at.failedAdd.error : undefined;
    const errors = failures.map(({ error }) => error);
    // Upstream's cache has no results when only they were lost.
    const mayBeWhole = entry.origin !== "journal" || results.has(index);
    if (await nothingIsLeft({ run, failures, mayBeWhole, refusal, ports })) noteGone(errors, ports);
    else left.push(...errors);
  }
  for (const file of deviceInfoFiles(plan)) await ports.devices.removeInfo(file);
  return left;
}

async function releaseSkipped(run: AttachmentRun): Promise<readonly DelFailure[]> {
  const skipping = run.attachment.plugins.filter((plugin) => traitsOf(plugin).skipsLease);
  const releases = run.netns === "" ? skipping.map((plugin) => releaseLease(run, plugin)) : [];
  return (await Promise.all(releases)).flat();
}

function noteGone(errors: readonly CniError[], ports: Pick<VerbPorts, "log">): void {
  for (const { message } of errors) {
    ports.log("verbose", "a plugin's DEL failed, but nothing of its attachment is left", { cause: message });
  }
}
