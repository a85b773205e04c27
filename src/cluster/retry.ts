// SPDX-License-Identifier: Apache-2.0
import type { ApiFailure } from "./api-failure.ts";

const firstDelayMs = 50;
const longestDelayMs = 2_000;

/** What a decision about another attempt rests on. */
export interface RetryFacts {
  readonly failure: ApiFailure;
  /** Attempts so far, at least 1. */
  readonly attempt: number;
  /** Whether sending the request twice does the same as sending it once. */
  readonly idempotent: boolean;
  readonly msLeft: number;
  /** A number from 0 up to 1. */
  readonly random: number;
}

/**
 * How long to wait before the next attempt, in ms; undefined when there is to be none. Exponential with
 * jitter, and never earlier than the server's Retry-After.
 */
export function retryDelay(facts: RetryFacts): number | undefined {
  if (!isWorthRetrying(facts.failure, facts.idempotent)) return undefined;
  const backoff = Math.min(longestDelayMs, firstDelayMs * 2 ** (facts.attempt - 1));
  const jittered = backoff * (0.5 + facts.random / 2);
  const delay = Math.max(jittered, askedDelay(facts.failure));
  return delay < facts.msLeft ? delay : undefined;
}

function isWorthRetrying(failure: ApiFailure, idempotent: boolean): boolean {
  switch (failure.kind) {
    case "too-many":
      return true;
    case "server":
      return idempotent && failure.status !== 501;
    case "unreachable":
      // A refused connection never carried the request.
      if (failure.reason === "refused") return true;
      return idempotent && ["reset", "timeout", "no-route"].includes(failure.reason);
    default:
      return false;
  }
}

function askedDelay(failure: ApiFailure): number {
  return failure.kind === "too-many" || failure.kind === "server" ? (failure.retryAfterMs ?? 0) : 0;
}
