// SPDX-License-Identifier: Apache-2.0
import type { Log } from "../verbs/ports.ts";
import type { ClusterAccess } from "./access.ts";
import { sameCredential, sameTransport } from "./access-change.ts";
import type { ApiFailure } from "./api-failure.ts";
import { type ApiAnswer, type Connection, createConnection, type WireRequest } from "./connection.ts";
import { retryDelay } from "./retry.ts";
import { createTurns } from "./turns.ts";

/** A server that takes the connection and says nothing gets another try after this time. */
const longestAttemptMs = 10_000;

/** What requests need of their surroundings. */
export interface RequesterOptions {
  /** Reads kubeconfig, tokens and certificates; called again when they are refused or no longer fresh. */
  loadAccess(msLeft: number): Promise<ClusterAccess>;
  /** Milliseconds that are left for everything. */
  deadline(): number;
  readonly signal: AbortSignal;
  readonly log?: Log | undefined;
}

/** Sends requests over one connection, again where that helps. */
export interface Requester {
  /** Never rejects. `withinMs` bounds this request more closely than the deadline. */
  request(request: WireRequest, withinMs?: number): Promise<ApiAnswer>;
  /** The access in use, for explanations; undefined until the first request or when it cannot be loaded. */
  access(): ClusterAccess | undefined;
  close(): void;
}

/**
 * Makes a requester that loads its access at the first request. A 401 makes it load the access anew, once,
 * and try again if another credential came out.
 */
export function createRequester(options: RequesterOptions): Requester {
  let connection: Connection | undefined;
  let connecting: Promise<Connection> | undefined;
  // Side by side, each request would open a connection with a TLS handshake of its own, here and in the API
  // server.
  const inTurn = createTurns();

  async function load(): Promise<Connection> {
    const access = await options.loadAccess(options.deadline());
    if (connection !== undefined && sameTransport(connection.access, access)) {
      return connection.withAccess(access);
    }
    connection?.close();
    return createConnection(access);
  }

  // Requests side by side share one loading.
  async function connect(refused?: Connection): Promise<Connection> {
    if (connection !== undefined && connection !== refused && isFresh(connection.access)) return connection;
    connecting ??= load().finally(() => {
      connecting = undefined;
    });
    connection = await connecting;
    return connection;
  }

  async function sendOnce(request: WireRequest, endsAt: number): Promise<ApiAnswer> {
    try {
      const first = await connect();
      const answer = await sendBounded(first, request, endsAt);
      if (answer.ok || answer.failure.kind !== "unauthorized") return answer;
      const second = await connect(first);
      if (sameCredential(first.access, second.access)) return answer;
      options.log?.("debug", "credential refused, trying the one that is there now", {
        credential: second.access.credential.source,
      });
      return await sendBounded(second, request, endsAt);
    } catch (error) {
      return { ok: false, failure: noAccess(error) };
    }
  }

  function sendBounded(to: Connection, request: WireRequest, endsAt: number): Promise<ApiAnswer> {
    return inTurn(() => {
      const timeout = AbortSignal.timeout(Math.max(1, Math.min(longestAttemptMs, endsAt - Date.now())));
      return to.send(request, AbortSignal.any([options.signal, timeout]));
    });
  }

  return {
    access: () => connection?.access,
    close: () => connection?.close(),
    async request(request, withinMs = Number.POSITIVE_INFINITY) {
      const endsAt = Date.now() + Math.min(options.deadline(), withinMs);
      let earlier: ApiAnswer | undefined;
      for (let attempt = 1; ; attempt++) {
        const answer = moreTelling(earlier, await sendOnce(request, endsAt), endsAt);
        if (answer.ok || options.signal.aborted) return answer;
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
        if (!(await sleepUnlessAborted(delay, options.signal))) return answer;
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

/** False when the signal came first. */
function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve(true);
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

function isFresh(access: ClusterAccess): boolean {
  const { freshUntil } = access.credential;
  return freshUntil === undefined || Date.now() < freshUntil;
}

function noAccess(error: unknown): ApiFailure {
  const known = error instanceof Error ? error : new Error(String(error));
  return { kind: "no-access", error: known, message: known.message };
}
