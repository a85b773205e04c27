// SPDX-License-Identifier: Apache-2.0
import {
  type AttachmentPlan,
  annotationKeys,
  encodeNetworkStatus,
  networkStatusOf,
} from "../../attachments/index.ts";
import type { NodePod } from "../../cluster/index.ts";
import { sleepUnlessAborted } from "../../cluster/sleep.ts";
import type { Cluster, Journal, JournalEntry, Log } from "../../verbs/index.ts";

/** A status that was written and is no longer there, and what it is made of. */
export interface DroppedStatus {
  readonly pod: NodePod;
  readonly entry: JournalEntry;
}

/**
 * Running pods that have no status and should: another writer that replaced all annotations took it away. A
 * status that says something else is left alone, its writer may know more than we do (hot-plugged networks).
 */
export function lacksStatus(pod: NodePod, systemNamespaces: readonly string[]): boolean {
  const status = pod.annotations[annotationKeys.networkStatus] ?? "";
  return (
    status.trim() === "" &&
    pod.phase === "Running" &&
    !pod.hostNetwork &&
    !pod.isDeleting &&
    !systemNamespaces.includes(pod.namespace)
  );
}

/**
 * Which of these pods the journal can speak for: by exactly one entry, our own, that is complete. Two entries
 * are two sandboxes, and only the runtime knows which one lives.
 */
export function findDropped(
  pods: readonly NodePod[],
  entries: readonly JournalEntry[],
): readonly DroppedStatus[] {
  return pods.flatMap((pod) => {
    const own = entries.filter(({ plan }) => plan.pod !== undefined && isOf(plan.pod, pod));
    const [entry] = own;
    return entry !== undefined && own.length === 1 && isComplete(entry) ? [{ pod, entry }] : [];
  });
}

function isOf(named: NonNullable<AttachmentPlan["pod"]>, pod: NodePod): boolean {
  return named.uid === pod.uid && named.name === pod.name && named.namespace === pod.namespace;
}

function isComplete({ plan, results, origin }: JournalEntry): boolean {
  return origin === "journal" && plan.attachments.every((_, index) => results.has(index));
}

/** What the repair needs. */
export interface RepairOptions {
  pods(): readonly NodePod[];
  /** For one write; it bounds its own time. */
  cluster(): Pick<Cluster, "writeNetworkStatus">;
  readonly journal: Pick<Journal, "list">;
  /** What the device info files say (`readDeviceInfo`). */
  deviceInfo(plan: AttachmentPlan): Promise<ReadonlyMap<number, unknown>>;
  readonly systemNamespaces: readonly string[];
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called for each status that was written again. */
  tell?(): void;
  readonly everyMs?: number;
  readonly longestPauseMs?: number;
}

const defaultEveryMs = 10_000;

interface Patience {
  /** Not to be tried before this moment. */
  readonly from: number;
  readonly tries: number;
}

/**
 * Looks every now and then until the signal. A pod is tried at the second look that finds it so, then less
 * and less often until its status is there. Never rejects.
 */
export async function repairStatuses(options: RepairOptions): Promise<void> {
  const patience = new Map<string, Patience>();
  do {
    const lacking = options.pods().filter((pod) => lacksStatus(pod, options.systemNamespaces));
    const due = takeDue(patience, lacking, options);
    if (due.length > 0) await repair(due, options).catch((error) => tellFailure(error, options.log));
  } while (await sleepUnlessAborted(options.everyMs ?? defaultEveryMs, options.signal));
}

/** The pods whose turn it is; each of them has to wait longer for its next. */
function takeDue(
  patience: Map<string, Patience>,
  lacking: readonly NodePod[],
  { everyMs = defaultEveryMs, longestPauseMs = 600_000 }: RepairOptions,
): readonly NodePod[] {
  const present = new Set(lacking.map(({ uid }) => uid));
  for (const uid of [...patience.keys()]) if (!present.has(uid)) patience.delete(uid);
  const now = performance.now();
  return lacking.filter(({ uid }) => {
    const known = patience.get(uid);
    if (known === undefined) {
      patience.set(uid, { from: now, tries: 0 });
      return false;
    }
    if (known.from > now) return false;
    const tries = known.tries + 1;
    patience.set(uid, { from: now + Math.min(longestPauseMs, everyMs * 2 ** Math.min(tries, 20)), tries });
    return true;
  });
}

async function repair(due: readonly NodePod[], options: RepairOptions): Promise<void> {
  const { entries } = await options.journal.list();
  for (const { pod, entry } of findDropped(due, entries)) {
    const { plan, results } = entry;
    const status = encodeNetworkStatus(networkStatusOf(plan, results, await options.deviceInfo(plan)));
    const written = await options.cluster().writeNetworkStatus(pod, status);
    const fields = { pod: `${pod.namespace}/${pod.name}` };
    if (written.kind === "found") {
      options.log("verbose", "a network-status that was dropped is written again", fields);
      options.tell?.();
    }
    if (written.kind === "unreachable") tellFailure(written.error, options.log, fields);
  }
}

function tellFailure(error: unknown, log: Log, fields: Readonly<Record<string, unknown>> = {}): void {
  const message = error instanceof Error ? error.message : String(error);
  log("error", "a dropped network-status cannot be written again yet", { ...fields, error: message });
}
