// SPDX-License-Identifier: Apache-2.0
import type { Log } from "../verbs/ports.ts";
import type { ClusterAccess } from "./access.ts";
import { sameCredential, sameTransport } from "./access-change.ts";
import type { ApiFailure } from "./api-failure.ts";
import { bounded } from "./bounded.ts";
import {
  type ApiAnswer,
  type Connection,
  createConnection,
  type StreamAnswer,
  type WireRequest,
} from "./connection.ts";
import { createTurns } from "./turns.ts";

/** A server that takes the connection and says nothing gets another try after this time. */
const longestAttemptMs = 10_000;

/** Within what a request or a stream must stay. */
export interface Bounds {
  readonly signal: AbortSignal;
  /** Milliseconds that are left for reading credentials. */
  deadline(): number;
}

/** How requests get to one API server. */
export interface TransportOptions {
  /** Reads kubeconfig, tokens and certificates; called again when they are refused or no longer fresh. */
  loadAccess(msLeft: number): Promise<ClusterAccess>;
  readonly log?: Log | undefined;
  /**
   * How many requests are under way side by side, each over a connection of its own; 1 unless told: every
   * connection is a TLS handshake here and in the API server.
   */
  readonly connections?: number;
}

/** Sends with the credential of now, once; nothing here rejects. */
export interface Transport {
  send(request: WireRequest, bounds: Bounds & { readonly endsAt: number }): Promise<ApiAnswer>;
  /** For watches: they take no turns. */
  stream(request: WireRequest, bounds: Bounds): Promise<StreamAnswer>;
  /** The access in use, for explanations; undefined until the first request or when it cannot be loaded. */
  access(): ClusterAccess | undefined;
  close(): void;
}

/**
 * Makes a transport that loads its access at the first request, and anew when its token is no longer fresh:
 * the kubelet replaces tokens in place. A 401, and a certificate that does not verify, make it load the
 * access at once and try again if something else came out. When only a refresh fails, what there was stays.
 */
export function createTransport(options: TransportOptions): Transport {
  let connection: Connection | undefined;
  let connecting: Promise<Connection> | undefined;
  const inTurn = createTurns(options.connections);

  async function load(deadline: () => number): Promise<Connection> {
    const access = await options.loadAccess(deadline());
    if (connection !== undefined && sameTransport(connection.access, access)) {
      return connection.withAccess(access);
    }
    connection?.close();
    return createConnection(access);
  }

  // Requests side by side share one loading.
  async function connect(deadline: () => number, refused?: Connection): Promise<Connection> {
    if (connection !== undefined && connection !== refused && isFresh(connection.access)) return connection;
    connecting ??= load(deadline).finally(() => {
      connecting = undefined;
    });
    const earlier = connection;
    try {
      connection = await connecting;
      return connection;
    } catch (error) {
      // In the middle of being written, perhaps; the server tells when the old one has had its day.
      if (earlier === undefined || refused !== undefined) throw error;
      options.log?.("error", "credentials cannot be read again, the old ones stay in use", {
        error: error instanceof Error ? error.message : String(error),
      });
      return earlier;
    }
  }

  async function withAccess<T extends ApiAnswer | StreamAnswer>(
    deadline: () => number,
    attempt: (connection: Connection) => Promise<T>,
  ): Promise<T | { readonly ok: false; readonly failure: ApiFailure }> {
    try {
      const first = await connect(deadline);
      const answer = await attempt(first);
      if (answer.ok) return answer;
      const { kind } = answer.failure;
      if (kind !== "unauthorized" && kind !== "tls") return answer;
      const second = await connect(deadline, first);
      const isSame = kind === "tls" ? sameTransport : sameCredential;
      if (isSame(first.access, second.access)) return answer;
      options.log?.("debug", "refused, trying the credentials that are there now", {
        refused: kind,
        credential: second.access.credential.source,
      });
      return await attempt(second);
    } catch (error) {
      return { ok: false, failure: noAccess(error) };
    }
  }

  return {
    access: () => connection?.access,
    close: () => connection?.close(),
    stream: (request, { signal, deadline }) =>
      withAccess(deadline, (connection) => connection.stream(request, signal)),
    send: (request, { signal, deadline, endsAt }) =>
      withAccess(deadline, (connection) =>
        inTurn(() => {
          const ms = Math.max(1, Math.min(longestAttemptMs, endsAt - Date.now()));
          return bounded({ signal, ms }, (bound) => connection.send(request, bound));
        }),
      ),
  };
}

function isFresh(access: ClusterAccess): boolean {
  const { freshUntil } = access.credential;
  return freshUntil === undefined || Date.now() < freshUntil;
}

function noAccess(error: unknown): ApiFailure {
  const known = error instanceof Error ? error : new Error(String(error));
  return { kind: "no-access", error: known, message: known.message };
}
