// SPDX-License-Identifier: Apache-2.0
import type { AttachmentPlan } from "../attachments/index.ts";
import { toCniError } from "../cni/index.ts";
import type { DetachPorts } from "./detach.ts";
import { keyOf } from "./entries.ts";
import type { AttachmentKey, VerbPorts } from "./ports.ts";
import { replayDel } from "./replay-del.ts";

/** Whether a container is gone for good; `why` says why it cannot be told. */
export type Presence = "there" | "gone" | { readonly why: string };

/** What a sweep goes by. */
export interface Sweep {
  readonly ports: DetachPorts & Pick<VerbPorts, "journal" | "multusCache">;
  readonly searchDirs: readonly string[];
  /** `all` are the plans of the whole journal, the one in question too. */
  readonly isGone: (plan: AttachmentPlan, all: readonly AttachmentPlan[]) => Promise<Presence>;
  /** True for a container that somebody works on, and for one that is to be tried later. */
  readonly isBusy?: (key: AttachmentKey) => boolean;
  /** How long nothing was written to an entry before it may be swept; see `quietMsFor`. */
  readonly quietMs: number;
  /** How many entries are replayed or reported as left; all unless told. */
  readonly atMost?: number;
  /** Milliseconds that are left; no entry is begun after. */
  readonly deadline: () => number;
}

/** What a sweep did. */
export interface SweepReport {
  readonly swept: readonly AttachmentKey[];
  /** Entries that stay although their container is gone, or that nobody can tell about. */
  readonly left: readonly {
    readonly container: AttachmentKey;
    readonly reason: string;
    readonly presence: "gone" | "unknown";
  }[];
  /** What is wrong with entries that cannot be read, one sentence each. */
  readonly unreadable: readonly string[];
  /** How many entries were not looked at, for want of time or because `atMost` was reached. */
  readonly postponed: number;
}

/** A minute beyond the time that an ADD may take with all of its undoing. */
export function quietMsFor(config: { readonly deadlineSeconds: number }): number {
  return (config.deadlineSeconds + 60) * 1000;
}

/**
 * Takes away what containers that are gone left in the journal, as the DEL would have done that never came.
 *
 * An ADD at work looks much the same: its entry is there, and a runtime names its sandbox only when it is
 * done. So an entry is left alone while an ADD that wrote it could still run, whoever ran it (`quietMs`), and
 * while our own caller knows of one (`isBusy`); who is there is asked after that, and both are looked at
 * again before anything is taken away.
 */
export async function sweep(options: Sweep): Promise<SweepReport> {
  const { ports, atMost = Number.POSITIVE_INFINITY, deadline } = options;
  const { entries, unreadable } = await ports.journal.list();
  const plans = entries.map(({ plan }) => plan);
  const swept: AttachmentKey[] = [];
  const left: SweepReport["left"][number][] = [];
  let lookedAt = 0;
  for (const plan of plans) {
    if (swept.length + left.length >= atMost || deadline() <= 0) break;
    lookedAt += 1;
    const container = keyOf(plan);
    const ending = await sweepOne(plan, plans, options);
    if (ending === "swept") swept.push(container);
    else if (ending !== "spared") left.push({ container, reason: ending.why, presence: ending.presence });
  }
  return { swept, left, unreadable, postponed: plans.length - lookedAt };
}

type Ending =
  | "swept"
  | "spared"
  | { readonly why: string; readonly presence: SweepReport["left"][number]["presence"] };

async function sweepOne(
  plan: AttachmentPlan,
  all: readonly AttachmentPlan[],
  options: Sweep,
): Promise<Ending> {
  const { ports, searchDirs, isGone } = options;
  const container = keyOf(plan);
  try {
    if (!(await isAtRest(container, options))) return "spared";
    const presence = await isGone(plan, all);
    if (presence === "there" || !(await isAtRest(container, options))) return "spared";
    if (presence !== "gone") return { ...presence, presence: "unknown" };
    // A DEL that came meanwhile took the entry away.
    const entry = await ports.journal.read(container);
    if (entry === undefined) return "spared";
    const [failure] = await replayDel(entry, searchDirs, ports);
    return failure === undefined ? "swept" : { why: failure.message, presence: "gone" };
  } catch (error) {
    return { why: toCniError(error).message, presence: "unknown" };
  }
}

async function isAtRest(key: AttachmentKey, { ports, isBusy, quietMs }: Sweep): Promise<boolean> {
  if (isBusy?.(key) === true) return false;
  const age = await ports.journal.ageMs(key);
  return age !== undefined && age >= quietMs;
}
