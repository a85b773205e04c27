// SPDX-License-Identifier: Apache-2.0
import type { CniVerb } from "../../cni/index.ts";
import type { AttachmentKey, SweepReport } from "../../verbs/index.ts";

/** What has been found left behind, since the agent began. */
export interface Leaks {
  /** Entries of containers that are gone, each counted once. */
  readonly found: number;
  /** Those of them that could not be taken away yet. */
  readonly left: number;
}

/** Decides when leftovers are looked for: the agent has no hands of its own, a request lends it some. */
export interface SweepTurns {
  /** Whether the request of this verb is to lend its hands. */
  isDue(verb: CniVerb): boolean;
  /** Whether an entry could not be taken away a while ago, and is not to be tried yet. */
  isPutOff(key: AttachmentKey): boolean;
  /** The sweep that `isDue` allowed begins; gives what to call with its report, or without when it failed. */
  begin(): (report: SweepReport | undefined) => void;
  leaks(): Leaks;
}

/** An entry whose plugin fails is not tried with every request. */
const putOffMs = 10 * 60_000;

/**
 * A sweep is due at start and `everyMs` after the last one that found nothing more. A pod's start is not made
 * to wait for it, unless nothing but starts came for another `everyMs`.
 */
export function createSweepTurns(everyMs: number, now: () => number = () => performance.now()): SweepTurns {
  let dueAt = now();
  let underWay = false;
  let found = 0;
  const putOff = new Map<string, number>();

  const note = ({ swept, left, postponed }: SweepReport): void => {
    const [gone, unknown] = [
      left.filter(({ presence }) => presence === "gone"),
      left.filter(({ presence }) => presence === "unknown"),
    ];
    const fresh = gone.filter(({ container }) => !putOff.has(textOf(container)));
    found += swept.filter((container) => !putOff.delete(textOf(container))).length + fresh.length;
    for (const { container } of gone) putOff.set(textOf(container), now() + putOffMs);
    const isMore = swept.length + gone.length > 0 && unknown.length === 0 && postponed > 0;
    dueAt = isMore ? dueAt : now() + everyMs;
  };
  return {
    isDue: (verb) => !underWay && now() >= (verb === "ADD" ? dueAt + everyMs : dueAt),
    isPutOff: (key) => (putOff.get(textOf(key)) ?? 0) > now(),
    begin: () => {
      underWay = true;
      return (report) => {
        underWay = false;
        if (report === undefined) dueAt = now() + everyMs;
        else note(report);
      };
    },
    leaks: () => {
      // What was not found again when its time had come was taken away by a DEL.
      for (const [key, until] of putOff) if (until + 2 * everyMs < now()) putOff.delete(key);
      return { found, left: putOff.size };
    },
  };
}

function textOf({ containerId, ifName }: AttachmentKey): string {
  return `${containerId}@${ifName}`;
}
