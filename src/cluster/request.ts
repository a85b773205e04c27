// SPDX-License-Identifier: Apache-2.0
import type { Log } from "../verbs/ports.ts";
import type { ClusterAccess } from "./access.ts";
import type { ApiAnswer, WireRequest } from "./connection.ts";
import { retryDelay } from "./retry.ts";
import { sleepUnlessAborted } from "./sleep.ts";
import { createTransport, type Transport, type TransportOptions } from "./transport.ts";

/** What bounds the requests of one piece of work. */
export interface RequestBounds {
  /** Milliseconds that are left for everything. */
  deadline(): number;
  readonly signal: AbortSignal;
  readonly log?: Log | undefined;
}

/** What requests need of their surroundings. */
export interface RequesterOptions extends RequestBounds, TransportOptions {}

/** Sends requests over one connection, again where that helps. */
export interface Requester {
  /** Never rejects. `withinMs` bounds this request more closely than the deadline. */
  request(request: WireRequest, withinMs?: number): Promise<ApiAnswer>;
  /** The access in use, for explanations; undefined until the first request or when it cannot be loaded. */
  access(): ClusterAccess | undefined;
  close(): void;
}

/** A requester with a transport of its own. */
export function createRequester(options: RequesterOptions): Requester {
  return requesterOver(createTransport(options), options);
}

/** A requester over a transport that others use, too; closing it closes what is idle there. */
export function requesterOver(transport: Transport, options: RequestBounds): Requester {
  const { signal, deadline } = options;
  return {
    access: () => transport.access(),
    close: () => transport.close(),
    async request(request, withinMs = Number.POSITIVE_INFINITY) {
      const endsAt = Date.now() + Math.min(deadline(), withinMs);
      let earlier: ApiAnswer | undefined;
      for (let attempt = 1; ; attempt++) {
        const sent = await transport.send(request, { signal, deadline, endsAt });
        const answer = moreTelling(earlier, sent, endsAt);
        if (answer.ok || signal.aborted) return answer;
        const delay = retryDelay({
          failure: answer.failure,
          attempt,
          idempotent: request.method !== "POST",
          msLeft: endsAt - Date.now(),
          random: Math.random(),
        });
        if (delay === undefined) return answer;
        earlier = answer;
        const fields = { attempt, failure: answer.failure.kind, delayMs: Math.round(delay) };
        options.log?.("debug", "request failed, trying again", fields);
        if (!(await sleepUnlessAborted(delay, signal))) return answer;
      }
    },
  };
}

// An attempt that the deadline cut short says less than the one before it.
function moreTelling(earlier: ApiAnswer | undefined, last: ApiAnswer, endsAt: number): ApiAnswer {
  if (earlier === undefined || last.ok || Date.now() < endsAt - 1) return last;
  const { failure } = last;
  return failure.kind === "unreachable" && failure.reason === "timeout" ? earlier : last;
}
