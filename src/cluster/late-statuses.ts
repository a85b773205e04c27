// SPDX-License-Identifier: Apache-2.0
import type { PodIdentity } from "../attachments/index.ts";
import type { Log } from "../verbs/ports.ts";
import { sleepUnlessAborted } from "./sleep.ts";
import type { StatusOutcome } from "./write-status.ts";

/** Statuses that could not be written while their pods started. */
export interface LateStatuses {
  /** Keeps trying until it is written, the pod is gone, or `forget` names the pod. */
  add(pod: PodIdentity, status: string): void;
  /** For a newer status of the same pod. */
  forget(pod: PodIdentity): void;
  waiting(): number;
}

interface LateStatus {
  readonly pod: PodIdentity;
  readonly status: string;
  /** Ends a write that is under way: a newer status must not be overtaken. */
  readonly ending: AbortController;
}

/** Writes what is waiting, in rounds, with growing pauses, until the signal. */
export function createLateStatuses(options: {
  write(pod: PodIdentity, status: string, signal: AbortSignal): Promise<StatusOutcome>;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  readonly signal: AbortSignal;
  readonly log: Log;
}): LateStatuses {
  const { signal, log } = options;
  const waiting = new Map<string, LateStatus>();
  let isWorking = false;

  async function work(): Promise<void> {
    isWorking = true;
    for (let round = 0; waiting.size > 0; round++) {
      const delay = Math.min(options.longestDelayMs, options.firstDelayMs * 2 ** Math.min(round, 20));
      if (!(await sleepUnlessAborted(delay, signal))) break;
      for (const late of [...waiting.values()]) await settle(late);
    }
    isWorking = false;
  }

  async function settle(late: LateStatus): Promise<void> {
    const { pod, status, ending } = late;
    if (ending.signal.aborted) return;
    const written = await options.write(pod, status, AbortSignal.any([signal, ending.signal]));
    if (ending.signal.aborted || (written.kind === "unreachable" && written.isOutage)) return;
    waiting.delete(pod.uid);
    const isLost = written.kind === "unreachable";
    const fields = { pod: `${pod.namespace}/${pod.name}`, outcome: written.kind };
    const error = isLost ? { error: written.error.message } : {};
    log(isLost ? "error" : "verbose", "a late network-status is settled", { ...fields, ...error });
  }

  function forget(pod: PodIdentity): void {
    waiting.get(pod.uid)?.ending.abort();
    waiting.delete(pod.uid);
  }

  return {
    add(pod, status) {
      forget(pod);
      waiting.set(pod.uid, { pod, status, ending: new AbortController() });
      if (!isWorking) void work();
    },
    forget,
    waiting: () => waiting.size,
  };
}
