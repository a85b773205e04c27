// SPDX-License-Identifier: Apache-2.0
import { attachSteps } from "../attachments/index.ts";
import { type CniError, toCniError } from "../cni/index.ts";
import type { Progress } from "./attach.ts";
import { deviceInfoFiles } from "./devices.ts";
import { keepRecord } from "./keep-record.ts";
import { nothingIsLeft } from "./nothing-is-left.ts";
import { traitsOf } from "./plugin-traits.ts";
import type { JournalEntry, VerbPorts } from "./ports.ts";
import { type AttachmentRun, type DelFailure, delAttachment, releaseLease } from "./run-attachment.ts";

/** Where an entry's plugins run when it is taken away. */
export interface DetachAt {
  /** Empty, or a path that leads nowhere, when the namespace is gone. */
  readonly netns: string;
  readonly searchDirs: readonly string[];
  /** When an ADD is undone: only what it tried is taken away, and how each attachment failed counts. */
  readonly failedAdd?: Pick<Progress, "tried" | "failures"> | undefined;
}

/** What taking away needs of the outside world. */
export interface DetachPorts extends Pick<VerbPorts, "plugins" | "records" | "log" | "now"> {
  readonly devices: Pick<VerbPorts["devices"], "removeInfo">;
  readonly podNamespace: Pick<VerbPorts["podNamespace"], "isThere" | "readInterface" | "removeInterface">;
}

/**
 * Takes everything of an entry away, in the reverse of the steps in which it was attached, whatever fails in
 * between; gives the failures after which something may be left. DEL never plans: this is a replay.
 */
export async function detach(
  entry: JournalEntry,
  at: DetachAt,
  ports: DetachPorts,
): Promise<readonly CniError[]> {
  const { plan } = entry;
  const searchDirs = [...new Set([...at.searchDirs, ...plan.searchDirs])];
  // A path that leads nowhere means the same as none, but not to all plugins; sbr even makes a file there.
  const netns = at.netns !== "" && (await ports.podNamespace.isThere(at.netns)) ? at.netns : "";
  const where = { ...at, netns, searchDirs };
  const left: CniError[] = [];
  for (const step of attachSteps(plan).toReversed()) {
    const tried = step.filter((index) => at.failedAdd?.tried.has(index) !== false);
    const ends = tried.toReversed().map((index) => detachOne({ entry, index, at: where, ports }));
    left.push(...(await Promise.all(ends)).flat());
  }
  for (const file of deviceInfoFiles(plan)) await ports.devices.removeInfo(file);
  return left;
}

interface OneDetachment {
  readonly entry: JournalEntry;
  readonly index: number;
  /** `netns` is empty when there is no namespace. */
  readonly at: DetachAt;
  readonly ports: DetachPorts;
}

/** Never rejects: what goes wrong with one attachment keeps no other from being taken away. */
async function detachOne({ entry, index, at, ports }: OneDetachment): Promise<readonly CniError[]> {
  const { plan, results } = entry;
  const attachment = plan.attachments[index];
  if (attachment === undefined) return [];
  const { netns, searchDirs } = at;
  const run = { plan, attachment, netns, searchDirs, plugins: ports.plugins };
  const takeAway = async (): Promise<{ readonly errors: readonly CniError[] }> => {
    const errors: CniError[] = [];
    try {
      const failures = [...(await delAttachment(run, results.get(index))), ...(await releaseSkipped(run))];
      if (failures.length === 0) return { errors };
      errors.push(...failures.map(({ error }) => error));
      const refusal = at.failedAdd?.failures.get(index);
      // Upstream's cache has no results when only they were lost.
      const mayBeWhole = entry.origin !== "journal" || results.has(index);
      if (!(await nothingIsLeft({ run, failures, mayBeWhole, refusal, ports }))) return { errors };
      noteGone(errors, ports);
      return { errors: [] };
    } catch (error) {
      return { errors: [...errors, toCniError(error)] };
    }
  };
  return (await keepRecord({ verb: "DEL", plan, attachment, ports }, takeAway)).errors;
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
