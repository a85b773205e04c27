// SPDX-License-Identifier: Apache-2.0
import type { Log } from "../verbs/ports.ts";
import { sleepUnlessAborted } from "./sleep.ts";

/** What became of events so far. */
export interface EventCounts {
  readonly sent: number;
  readonly failed: number;
  /** Not even tried: too many were waiting. */
  readonly dropped: number;
}

/** Events that are told a moment later, so that no pod waits for them. */
export interface DeferredEvents {
  /** `send` tells whether the API took it; it must not reject. */
  add(send: () => Promise<boolean>): void;
  counts(): EventCounts;
  /** Resolves when nothing is waiting any more, or after this time. */
  drain(withinMs: number): Promise<void>;
}

/** How fast events go out. */
export interface EventPace {
  /** The pod's answer leaves first. */
  readonly afterMs: number;
  /** So many may go at once, ... */
  readonly burst: number;
  /** ... then one every so often. */
  readonly everyMs: number;
  readonly atMost: number;
}

/** 50 pods with four networks each are told in 15 s, and a node never asks more than 10 a second for long. */
export const defaultEventPace: EventPace = { afterMs: 100, burst: 50, everyMs: 100, atMost: 1_000 };

/** Sends one after the other, in the order of adding, until the signal. */
export function createDeferredEvents(options: {
  readonly pace: EventPace;
  readonly signal: AbortSignal;
  readonly log: Log;
}): DeferredEvents {
  const { pace, signal, log } = options;
  const waiting: { readonly from: number; send(): Promise<boolean> }[] = [];
  const counts = { sent: 0, failed: 0, dropped: 0 };
  let working = Promise.resolve();
  let isWorking = false;
  let allowance = pace.burst;
  let allowedAt = performance.now();

  async function work(): Promise<void> {
    isWorking = true;
    for (let next = waiting[0]; next !== undefined && !signal.aborted; next = waiting[0]) {
      await waitFor(next.from);
      if (signal.aborted) break;
      if (await next.send()) counts.sent += 1;
      else counts.failed += 1;
      waiting.shift();
    }
    isWorking = false;
  }

  async function waitFor(moment: number): Promise<void> {
    const now = performance.now();
    allowance = Math.min(pace.burst, allowance + (now - allowedAt) / pace.everyMs);
    allowedAt = now;
    const untilAllowed = Math.max(0, 1 - allowance) * pace.everyMs;
    allowance -= 1;
    const delay = Math.max(moment - now, untilAllowed);
    if (delay > 0) await sleepUnlessAborted(delay, signal);
  }

  return {
    add(send) {
      if (waiting.length >= pace.atMost) {
        if (counts.dropped === 0) log("error", "events are dropped: too many wait", { waiting: pace.atMost });
        counts.dropped += 1;
        return;
      }
      waiting.push({ from: performance.now() + pace.afterMs, send });
      if (!isWorking) working = work();
    },
    counts: () => ({ ...counts }),
    async drain(withinMs) {
      await Promise.race([working, Bun.sleep(withinMs)]);
    },
  };
}
