// SPDX-License-Identifier: Apache-2.0
import type { ApiFailure } from "./api-failure.ts";

/** How a watch goes about time, in ms. */
export interface WatchPace {
  /** Before the first new attempt after a failure; it doubles. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** Before another attempt where only somebody's change helps: a right that is missing, an absent CRD. */
  readonly deniedDelayMs: number;
  /** The server ends a watch after this time and up to half as much again. */
  readonly watchMs: number;
  /**
   * Silence that means a dead connection: the API server sends a bookmark about every minute. The cache
   * counts as stale from then on.
   */
  readonly silenceMs: number;
  /** How long a cache counts as fresh with no watch under way: the time of an ordinary reconnect. */
  readonly gapMs: number;
}

export const defaultPace: WatchPace = {
  firstDelayMs: 100,
  longestDelayMs: 30_000,
  deniedDelayMs: 30_000,
  watchMs: 300_000,
  silenceMs: 150_000,
  gapMs: 5_000,
};

/** What a decision about the next attempt rests on. */
export interface WatchSetback {
  readonly failure: ApiFailure;
  /** Failures in a row, at least 1. */
  readonly attempt: number;
  /** A number from 0 up to 1. */
  readonly random: number;
}

/**
 * How long to wait after a failure, in ms: exponential with jitter, never earlier than the server's
 * Retry-After. There is always a next attempt.
 */
export function watchDelay({ failure, attempt, random }: WatchSetback, pace: WatchPace): number {
  // The list that follows is what the server asks for with a 410; only a second one is to wait.
  const steps = failure.kind === "gone" ? attempt - 2 : attempt - 1;
  if (steps < 0) return 0;
  const isDenied = failure.kind === "forbidden" || failure.kind === "not-found";
  const backoff = isDenied
    ? pace.deniedDelayMs
    : Math.min(pace.longestDelayMs, pace.firstDelayMs * 2 ** Math.min(steps, 30));
  const asked = failure.kind === "too-many" || failure.kind === "server" ? (failure.retryAfterMs ?? 0) : 0;
  // Many nodes lose the API at once, and must not come back at once.
  return Math.max(asked * (1 + random / 4), backoff * (0.5 + random / 2));
}
