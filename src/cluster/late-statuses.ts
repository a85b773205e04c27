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
}

/** Writes what is waiting, in rounds, with growing pauses, until the signal. */
export function createLateStatuses(options: {
  write(pod: PodIdentity, status: string): Promise<StatusOutcome>;
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
    const isWanted = () => waiting.get(late.pod.uid) === late;
    if (isWanted() && (await isSettled(late)) && isWanted()) waiting.delete(late.pod.uid);
  }

  async function isSettled({ pod, status }: LateStatus): Promise<boolean> {
    const written = await options.write(pod, status);
    if (written.kind === "unreachable" && written.isOutage) return false;
    const fields = { pod: `${pod.namespace}/${pod.name}`, outcome: written.kind };
    const isLost = written.kind === "unreachable";
    const error = isLost ? { error: written.error.message } : {};
    log(isLost ? "error" : "verbose", "a late network-status is settled", { ...fields, ...error });
    return true;
  }

  return {
    add(pod, status) {
      waiting.set(pod.uid, { pod, status });
      if (!isWorking) void work();
    },
    forget: (pod) => {
      waiting.delete(pod.uid);
    },
    waiting: () => waiting.size,
  };
}
