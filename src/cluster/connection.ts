// SPDX-License-Identifier: Apache-2.0
import { tryParseJsonObject } from "../cni/index.ts";
import type { ClusterAccess } from "./access.ts";
import { type ApiFailure, classifyRefusal } from "./api-failure.ts";
import { classifyRejection } from "./transport-failure.ts";

/** One request as it goes over the wire; `path` starts with a slash and may have a query. */
export interface WireRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** Of the body; `application/json` unless told. */
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
}

/** A JSON object, or why there is none. */
export type ApiAnswer =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly failure: ApiFailure };

/** What a watch says, as bytes arrive, or why it does not begin. */
export type StreamAnswer =
  | { readonly ok: true; readonly chunks: AsyncIterable<Uint8Array> }
  | { readonly ok: false; readonly failure: ApiFailure };

/** A kept-alive connection to one API server. */
export interface Connection {
  readonly access: ClusterAccess;
  /** Sends once, no retries. Never rejects. */
  send(request: WireRequest, signal: AbortSignal): Promise<ApiAnswer>;
  /**
   * Sends once and gives the body as it comes, over a socket of its own; iterating rejects with what `fetch`
   * rejects with. The signal ends it. Never rejects itself.
   */
  stream(request: WireRequest, signal: AbortSignal): Promise<StreamAnswer>;
  /** The same connection with other credentials in its requests. */
  withAccess(access: ClusterAccess): Connection;
  /** Closes what is idle. */
  close(): void;
}

/**
 * Opens nothing yet: the first request does. Proxy variables of the environment are not used, only `proxy-
 * url`.
 */
export function createConnection(access: ClusterAccess): Connection {
  const session = new Bun.FetchSession({
    tls: tlsOptions(access),
    // NO_PROXY speaks about the environment's proxy; the one in the kubeconfig is meant for exactly this
    // server.
    proxy: access.proxyUrl === undefined ? false : { url: access.proxyUrl, respectNoProxy: false },
  });
  return overSession(session, access);
}

/** The TLS options of `fetch` for this access: its authority, its certificate, the name to expect. */
export function tlsOptions(access: ClusterAccess): BunFetchRequestInitTLS {
  const { ca, certificate, serverName } = access;
  return {
    ...(ca === undefined ? {} : { ca: ca.text }),
    ...(certificate === undefined ? {} : { cert: certificate.cert.text, key: certificate.key.text }),
    ...(serverName === undefined ? {} : { serverName }),
    rejectUnauthorized: !access.skipTlsVerify,
  };
}

function overSession(session: Bun.FetchSession, access: ClusterAccess): Connection {
  const ask = (request: WireRequest, signal: AbortSignal) =>
    session.fetch(access.server + request.path, requestInit(access, request, signal));
  return {
    access,
    withAccess: (other) => overSession(session, other),
    close: () => session.close(),
    async send(request, signal) {
      try {
        const response = await ask(request, signal);
        if (!response.ok) return { ok: false, failure: await readRefusal(response) };
        return parseBody(response.status, await response.text());
      } catch (error) {
        return { ok: false, failure: classifyRejection(error) };
      }
    },
    async stream(request, signal) {
      try {
        const response = await ask(request, signal);
        if (!response.ok) return { ok: false, failure: await readRefusal(response) };
        return { ok: true, chunks: response.body ?? emptyBody() };
      } catch (error) {
        return { ok: false, failure: classifyRejection(error) };
      }
    },
  };
}

async function readRefusal(response: Response): Promise<ApiFailure> {
  const text = await response.text();
  return classifyRefusal({ status: response.status, retryAfter: response.headers.get("retry-after"), text });
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

function requestInit(access: ClusterAccess, request: WireRequest, signal: AbortSignal): BunFetchRequestInit {
  const { authorization } = access.credential;
  return {
    method: request.method,
    signal,
    // A redirect would carry the token to wherever it points.
    redirect: "manual",
    headers: {
      accept: request.accept ?? "application/json",
      "user-agent": "plures",
      ...(authorization === undefined ? {} : { authorization }),
      ...(request.body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  };
}

function parseBody(status: number, text: string): ApiAnswer {
  const body = tryParseJsonObject(text);
  if (body !== undefined) return { ok: true, body };
  return { ok: false, failure: { kind: "unexpected", status, message: "the answer is no JSON object" } };
}
