// SPDX-License-Identifier: Apache-2.0
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { isJson, type Json, mappingAt, textAt } from "./api-object.ts";
import { readCertificate } from "./certificates.ts";
import { type Answer, refuse } from "./status-object.ts";

/** A pod to which tokens can be bound. */
export interface TokenPod {
  readonly name: string;
  readonly uid: string;
  readonly serviceAccount: string;
}

/** A server of TokenRequests over TLS, for one namespace. */
export interface TokenServer {
  readonly url: string;
  /** Specs of all requests, in order. */
  readonly asked: readonly Json[];
  /** The tokens that were given, in order. */
  readonly given: readonly string[];
  /**
   * May be changed while it runs: a function that may answer instead, and how long what is given lives.
   */
  readonly now: { fault: (() => Answer | undefined) | undefined; lifeSeconds: number | undefined };
  stop(): Promise<void>;
}

/** Who asks must have `token`. Answers as Kubernetes 1.33 does. Stop it when done. */
export async function startTokenServer(place: {
  readonly namespace: string;
  readonly serviceAccounts: readonly string[];
  readonly pods: readonly TokenPod[];
  readonly token: string;
}): Promise<TokenServer> {
  const asked: Json[] = [];
  const given: string[] = [];
  const now: TokenServer["now"] = { fault: undefined, lifeSeconds: undefined };
  const answer = (account: string, spec: Json): Answer => {
    asked.push(spec);
    const refusal = now.fault?.() ?? whyRefused({ ...place, account, spec });
    if (refusal !== undefined) return refusal;
    const life = now.lifeSeconds ?? Number(spec.expirationSeconds ?? 3600);
    const token = mintToken(`system:serviceaccount:${place.namespace}:${account}`, life, given.length);
    given.push(token);
    const status = { token, expirationTimestamp: new Date(Date.now() + life * 1000).toISOString() };
    return {
      code: 201,
      body: { kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1", spec, status },
    };
  };
  const tls = { cert: readCertificate("server.crt"), key: readCertificate("server.key") };
  const server = createServer(tls, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || "{}");
    const path = new RegExp(`^/api/v1/namespaces/${place.namespace}/serviceaccounts/([^/]+)/token$`);
    const [, account] = path.exec(request.url ?? "") ?? [];
    const isKnown = request.headers.authorization === `Bearer ${place.token}`;
    const sent =
      !isKnown || account === undefined || request.method !== "POST" || !isJson(body)
        ? refuse({ code: isKnown ? 404 : 401, reason: isKnown ? "NotFound" : "Unauthorized", message: "no" })
        : answer(account, mappingAt(body, "spec"));
    response.writeHead(sent.code, { "content-type": "application/json" });
    response.end(JSON.stringify(sent.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // It listens on a port.
  return {
    url: `https://127.0.0.1:${port}`,
    asked,
    given,
    now,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Judged {
  readonly serviceAccounts: readonly string[];
  readonly pods: readonly TokenPod[];
  readonly account: string;
  readonly spec: Json;
}

function whyRefused({ serviceAccounts, pods, account, spec }: Judged): Answer | undefined {
  if (!serviceAccounts.includes(account)) return notFound("serviceaccounts", account);
  if (Number(spec.expirationSeconds) < 600) {
    const field = "spec.expirationSeconds";
    const message = "Invalid value: may not specify a duration less than 10 minutes";
    const details = { causes: [{ reason: "FieldValueInvalid", message, field }] };
    return refuse({ code: 422, reason: "Invalid", message: `${field}: ${message}`, details });
  }
  const reference = mappingAt(spec, "boundObjectRef");
  const pod = pods.find(({ name }) => name === textAt(reference, "name"));
  if (pod === undefined) return notFound("pods", textAt(reference, "name"));
  if (pod.serviceAccount !== account) {
    const message = `cannot bind token for serviceaccount "${account}" to pod running with different serviceaccount name.`;
    return refuse({ code: 400, reason: "BadRequest", message });
  }
  if (pod.uid === textAt(reference, "uid")) return undefined;
  const message = `the UID in the bound object reference (${textAt(reference, "uid")}) does not match the UID in record (${pod.uid})`;
  return refuse({ code: 409, reason: "Conflict", message, details: { name: pod.name, kind: "pods" } });
}

function notFound(kind: string, name: string): Answer {
  const message = `${kind} "${name}" not found`;
  return refuse({ code: 404, reason: "NotFound", message, details: { name, kind } });
}

/** A JWT by its look: nobody signed it. */
function mintToken(sub: string, lifeSeconds: number, serial: number): string {
  const iat = Math.floor(Date.now() / 1000);
  const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ sub, iat, exp: iat + lifeSeconds, serial })}.c2lnbmF0dXJl`;
}
