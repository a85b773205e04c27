// SPDX-License-Identifier: Apache-2.0
import type { Server } from "bun";
import { CniError, cniErrorCodes } from "../../cni/index.ts";
import { errorName } from "../../host/file-failure.ts";
import { type ListenAddress, parseListenAddress } from "./listen-address.ts";

/** What a probe is told: all is well without a reason. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface HttpServerOptions {
  /** `address:port`, IPv6 in brackets; port 0 for any that is free. */
  readonly address: string;
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
  isReady(): Readiness;
  /** False when only a restart helps. */
  isHealthy(): boolean;
}

export interface HttpServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Open connections are closed. */
  stop(): Promise<void>;
}

/** In every answer, so that an agent tells an older one from a stranger. */
export const serverName = "plures-agent";

type Page = (request: Request) => Response | Promise<Response>;

/**
 * Serves `/metrics`, `/healthz` and `/readyz` (docs/metrics.md). Throws a CniError: code 7 for an address
 * that is none, code 5 where nobody can listen there.
 */
export function serveHttp(options: HttpServerOptions): HttpServer {
  const { metrics } = options;
  const address = parseListenAddress(options.address, "listen");
  const pages: Readonly<Record<string, Page>> = {
    "/metrics": async () =>
      new Response(await metrics.text(), { headers: { "content-type": metrics.contentType } }),
    "/healthz": (request) => {
      const isHealthy = options.isHealthy();
      const reasons = isHealthy ? [] : ["the agent cannot go on, restart it"];
      return probeAnswer(request, { ready: isHealthy, reasons });
    },
    "/readyz": (request) => probeAnswer(request, options.isReady()),
  };
  const server = listen(address, async (request) => {
    const answer = await servePage(pages, request);
    answer.headers.set("server", serverName);
    return answer;
  });
  return { url: server.url.href.replace(/\/$/, ""), stop: () => server.stop(true) };
}

/** Answers GET and HEAD with the page of that path, and tells what else there is. Never rejects. */
export async function servePage(pages: Readonly<Record<string, Page>>, request: Request): Promise<Response> {
  const page = new Map(Object.entries(pages)).get(new URL(request.url).pathname);
  if (page === undefined) {
    return plain(`not found; there is ${Object.keys(pages).join(", ")}`, { status: 404 });
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return plain("only GET and HEAD", { status: 405, headers: { allow: "GET, HEAD" } });
  }
  try {
    return await page(request);
  } catch (error) {
    return plain(error instanceof Error ? error.message : String(error), { status: 500 });
  }
}

function probeAnswer(request: Request, { ready, reasons }: Readiness): Response {
  const status = ready ? 200 : 503;
  if (request.headers.get("accept")?.includes("application/json") === true) {
    return Response.json({ ok: ready, reasons }, { status });
  }
  return plain(ready ? "ok" : reasons.join("\n"), { status });
}

function plain(text: string, init: { status: number; headers?: Record<string, string> }): Response {
  const headers = { "content-type": "text/plain; charset=utf-8", ...init.headers };
  return new Response(`${text}\n`, { status: init.status, headers });
}

/** Nobody needs to send us more than a request line and headers. */
const limits = { maxRequestBodySize: 1024, idleTimeout: 10 } as const;

function listen(
  { hostname, port }: ListenAddress,
  fetch: (request: Request) => Promise<Response>,
): Server<undefined> {
  try {
    // Outside of development Bun shares a port, and whoever probes would get anybody's answer.
    return Bun.serve({ hostname, port, ...limits, development: false, reusePort: false, fetch });
  } catch (error) {
    throw whyNotListening({ hostname, port }, error);
  }
}

const reasons: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  EADDRINUSE: {
    what: "another program listens there",
    hint: "see which one with: ss -ltnp; or choose another address with the key listen",
  },
  EADDRNOTAVAIL: {
    what: "this host has no such address",
    hint: "set the key listen to 127.0.0.1:9471, or to an address of this host",
  },
  EACCES: { what: "ports below 1024 are not for this user", hint: "choose a port from 1024 on" },
};

function whyNotListening({ hostname, port }: ListenAddress, error: unknown): CniError {
  const name = errorName(error);
  const known = name === undefined ? undefined : reasons[name];
  const address = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  const message = error instanceof Error ? error.message : String(error);
  return new CniError(
    cniErrorCodes.ioFailure,
    `cannot listen on ${JSON.stringify(address)}: ${known?.what ?? message}`,
    {
      hint: known?.hint ?? "check the key listen",
      cause: error,
    },
  );
}
