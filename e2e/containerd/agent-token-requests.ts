// SPDX-License-Identifier: Apache-2.0
import { request as askOverHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { inNetworkNamespace } from "../../src/host/namespace.ts";
import { authenticate, denial, type User } from "../../src/testing/api-server/access-control.ts";
import { type ApiServer, readCertificate } from "../../src/testing/api-server/index.ts";
import { unauthorized } from "../../src/testing/api-server/status-object.ts";

/** A server of TokenRequests before an API server double that has none. */
export interface TokenRequests {
  /** Over TLS, on the loopback of the network namespace. */
  readonly port: number;
  /** What was asked with the account's rights, in order. */
  readonly asked: readonly TokenRequest[];
  stop(): Promise<void>;
}

/** As much of a TokenRequest (authentication.k8s.io/v1) as is looked at. */
export interface TokenRequest {
  readonly spec: {
    readonly expirationSeconds: number;
    readonly boundObjectRef: Readonly<Record<"apiVersion" | "kind" | "name" | "uid", string>>;
  };
}

/** What it is made from. */
export interface TokenRequestsOptions {
  readonly networkNamespace: string;
  /** Speaks plain HTTP with this process. Everything but requests for tokens is handed on. */
  readonly api: ApiServer;
  /** The agent's account with its tokens and rights, now. */
  readonly account: () => User;
  /** Makes a token of the account, with which it may come from now on. */
  readonly giveToken: () => string;
}

/** Serves a network namespace with the double and, to who may ask for them, with tokens. */
export async function startTokenRequests(options: TokenRequestsOptions): Promise<TokenRequests> {
  const { api } = options;
  const asked: TokenRequest[] = [];
  const serve = async ({ request, response }: Exchange): Promise<void> => {
    const body = await bodyOf(request);
    const [, namespace, name] = tokenPath.exec(request.url ?? "") ?? [];
    if (request.method !== "POST" || name === undefined) return handOn(api, body, { request, response });
    const refusal = whyRefused(options, request, { namespace, name });
    // The agent's own, and the tests look at it.
    const { spec } = JSON.parse(body.toString()) as TokenRequest;
    if (refusal === undefined) asked.push({ spec });
    const { code, body: sent } = refusal ?? granted(spec, options.giveToken());
    response.writeHead(code, { "content-type": "application/json" });
    response.end(JSON.stringify(sent));
  };
  const tls = { cert: readCertificate("server.crt"), key: readCertificate("server.key") };
  const server = createServer(tls, (request, response) => void serve({ request, response }));
  // A socket belongs to the namespace in which it was made: this process serves the node.
  await inNetworkNamespace(
    options.networkNamespace,
    () => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)),
  );
  const { port } = server.address() as AddressInfo; // It listens on a port.
  return {
    port,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A JWT by its look, for the account that it names: nobody signed it. */
export function tokenOf(account: string, serial: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 3600;
  return `${part({ alg: "RS256" })}.${part({ sub: account, exp, serial })}.c2lnbmF0dXJl`;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const tokenPath = /^\/api\/v1\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+)\/token$/;

function whyRefused(
  { api, account }: TokenRequestsOptions,
  request: IncomingMessage,
  object: { readonly namespace: string | undefined; readonly name: string },
) {
  const user = authenticate(request, [account()], false);
  const kind = api.kinds.find(({ plural }) => plural === "serviceaccounts");
  if (user === undefined || kind === undefined) return unauthorized;
  return denial(user, { verb: "create", kind, subresource: "token", ...object });
}

function granted(spec: TokenRequest["spec"], token: string) {
  const expirationTimestamp = new Date(Date.now() + spec.expirationSeconds * 1000).toISOString();
  const head = { kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1" };
  return { code: 201, body: { ...head, spec, status: { token, expirationTimestamp } } };
}

function handOn(api: ApiServer, body: Buffer, { request, response }: Exchange): void {
  const { method, url, headers } = request;
  const asked = askOverHttp({ host: "127.0.0.1", port: api.port, method, path: url, headers });
  asked.on("error", () => response.destroy());
  response.on("close", () => asked.destroy());
  asked.on("response", (given) => {
    response.writeHead(given.statusCode ?? 502, given.headers);
    response.flushHeaders();
    given.pipe(response);
  });
  asked.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
