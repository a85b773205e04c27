// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../../cni/index.ts";

/** What decides about a request's turn. */
export interface Turn {
  /**
   * Requests for one container are never side by side, and in the order in which they came; empty for none.
   */
  readonly containerId: string;
  /** Of the pod; who has the fewest requests under way comes first. Empty for none. */
  readonly namespace: string;
  /** How long it may wait. */
  readonly patienceMs: number;
  /** It need not come any more. */
  readonly signal: AbortSignal;
}

/** At most so many requests at a time. */
export interface RequestQueue {
  /**
   * Resolves when it is this request's turn, to what ends it. Rejects with a CniError (code 11) when it
   * waited too long, or nobody waits for it any more.
   */
  enter(turn: Turn): Promise<() => void>;
  /** Whether a request for that container is under way or waits. */
  isBusy(containerId: string): boolean;
  readonly running: number;
  readonly waiting: number;
}

interface Waiting {
  readonly turn: Turn;
  readonly start: () => void;
}

/**
 * A queue for `limit` requests at a time. First come, first served, but between namespaces: one that starts
 * hundreds of pods at once does not keep another from its turn.
 */
export function createQueue(limit: number): RequestQueue {
  const running = new Set<Turn>();
  const waiting: Waiting[] = [];

  const startNext = (): void => {
    while (running.size < limit) {
      const next = chooseNext(
        waiting.map(({ turn }) => turn),
        running,
      );
      if (next === -1) return;
      for (const { start } of waiting.splice(next, 1)) start();
    }
  };
  const leave = (turn: Turn): void => {
    running.delete(turn);
    startNext();
  };
  const enter = (turn: Turn): Promise<() => void> => {
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const since = performance.now();
    const giveUp = (why: (waitedMs: number) => CniError): void => {
      const at = waiting.indexOf(entry);
      if (at === -1) return;
      waiting.splice(at, 1);
      done();
      reject(why(performance.now() - since));
      // It may have been what others of its container waited for.
      startNext();
    };
    const aborted = (): void => giveUp(nobodyWaits);
    const timer = setTimeout(() => giveUp((ms) => waitedTooLong(ms, limit)), turn.patienceMs);
    const done = (): void => {
      clearTimeout(timer);
      turn.signal.removeEventListener("abort", aborted);
    };
    const start = (): void => {
      done();
      running.add(turn);
      resolve(() => leave(turn));
    };
    const entry: Waiting = { turn, start };
    turn.signal.addEventListener("abort", aborted, { once: true });
    waiting.push(entry);
    if (turn.signal.aborted) aborted();
    else startNext();
    return promise;
  };
  const isOf = (containerId: string) => (turn: Turn) => turn.containerId === containerId;
  return {
    enter,
    isBusy: (containerId) =>
      [...running].some(isOf(containerId)) || waiting.map(({ turn }) => turn).some(isOf(containerId)),
    get running() {
      return running.size;
    },
    get waiting() {
      return waiting.length;
    },
  };
}

/** Which of the waiting comes next; -1 when all of them wait for a request of their container. */
function chooseNext(waiting: readonly Turn[], running: ReadonlySet<Turn>): number {
  const busy = new Set<string>();
  const perNamespace = new Map<string, number>();
  for (const { containerId, namespace } of running) {
    busy.add(containerId);
    perNamespace.set(namespace, (perNamespace.get(namespace) ?? 0) + 1);
  }
  let best = -1;
  let fewest = Number.POSITIVE_INFINITY;
  for (const [at, { containerId, namespace }] of waiting.entries()) {
    const mustWait = containerId !== "" && busy.has(containerId);
    busy.add(containerId);
    const share = perNamespace.get(namespace) ?? 0;
    if (mustWait || share >= fewest) continue;
    best = at;
    fewest = share;
  }
  return best;
}

function waitedTooLong(ms: number, limit: number): CniError {
  return new CniError(
    cniErrorCodes.tryAgainLater,
    `waiting for a turn: ${limit} requests are under way on this node, and ${Math.round(ms / 1000)} s were not enough`,
    { hint: "the runtime tries again by itself; look in the agent's log for what takes so long" },
  );
}

function nobodyWaits(): CniError {
  return new CniError(cniErrorCodes.tryAgainLater, "waiting for a turn: the runtime ended the request");
}
