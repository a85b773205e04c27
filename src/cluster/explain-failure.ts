// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../cni/index.ts";
import type { ClusterAccess } from "./access.ts";
import type { ApiFailure, UnreachableReason } from "./api-failure.ts";
import type { Resource } from "./resources.ts";

/** What was being done, for the sentence and for the RBAC rule that allows it. */
export interface Attempt {
  readonly verb: "get" | "list" | "watch" | "patch" | "update" | "create";
  readonly resource: Resource;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

interface Words {
  readonly what: string;
  readonly hint: string;
}

/**
 * A CniError (code 11, try again later) that says what was being done, why it failed and what to do. Never
 * holds a secret.
 */
export async function explainFailure(
  failure: ApiFailure,
  attempt: Attempt,
  access: ClusterAccess | undefined,
): Promise<CniError> {
  if (failure.kind === "no-access") {
    if (failure.error instanceof CniError) return failure.error;
    return new CniError(cniErrorCodes.tryAgainLater, `cannot ${describe(attempt)}: ${failure.message}`, {
      cause: failure.error,
    });
  }
  const { what, hint } =
    failure.kind === "tls" ? await explainTls(failure.code, access) : explain(failure, attempt, access);
  return new CniError(cniErrorCodes.tryAgainLater, `cannot ${describe(attempt)}: ${what}`, {
    hint,
    details: failure.message,
  });
}

// Loaded only here: it brings node:crypto, which takes 3 ms to import.
async function explainTls(code: string, access: ClusterAccess | undefined): Promise<Words> {
  const { explainTls: explainCode } = await import("./explain-tls.ts");
  return explainCode(code, access);
}

type PlainFailure = Exclude<ApiFailure, { kind: "no-access" | "tls" }>;

function explain(failure: PlainFailure, attempt: Attempt, access: ClusterAccess | undefined): Words {
  const server = access?.server ?? "the API server";
  switch (failure.kind) {
    case "unauthorized":
      return explainUnauthorized(access);
    case "forbidden":
      return explainForbidden(attempt, access);
    case "not-found":
      return explainNotFound(failure.what, attempt);
    case "unreachable":
      return explainUnreachable(failure, access);
    case "too-many":
      return {
        what: `${server} answers 429 Too Many Requests until the deadline`,
        hint: "it is overloaded; try later",
      };
    case "server":
      return {
        what: `${server} answers ${failure.status} until the deadline`,
        hint: "look at the API server's log",
      };
    case "aborted":
      return { what: "the runtime cancelled", hint: "try again" };
    case "unexpected":
      return {
        what: `${server} gives an answer that is not of a Kubernetes API (${failure.status})`,
        hint: `check the server of ${quoteSource(access)}`,
      };
    case "conflict":
    case "already-exists":
    case "gone":
    case "invalid":
      return { what: `${server} refuses it (${failure.kind})`, hint: "details are in the log" };
  }
}

function explainUnauthorized(access: ClusterAccess | undefined): Words {
  const { source = "the credential", subject, expires } = access?.credential ?? {};
  return {
    what: `the API server does not accept ${source}${inBrackets(subject, expires && describeExpiry(expires))}`,
    hint: `put a valid token into ${quoteSource(access)}, or restart the pod that wrote it`,
  };
}

function describeExpiry(expires: Date): string {
  const at = expires.toISOString().replace(/\.\d+Z$/, "Z");
  return expires.getTime() < Date.now() ? `expired ${at}` : `valid until ${at}`;
}

function inBrackets(...parts: readonly (string | undefined)[]): string {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? "" : ` (${known.join(", ")})`;
}

function explainForbidden(attempt: Attempt, access: ClusterAccess | undefined): Words {
  const { group, plural } = attempt.resource;
  const resource = attempt.subresource === undefined ? plural : `${plural}/${attempt.subresource}`;
  const who = access?.credential.subject ?? access?.credential.source ?? "the credential";
  const role = attempt.namespace === undefined ? "a ClusterRole" : "a role";
  // Short, so that the line of 200 characters has the rule whole.
  return {
    what: `RBAC denies it to ${who}`,
    hint: `give it ${role} that may ${attempt.verb} ${resource}${group === "" ? "" : ` of ${group}`}`,
  };
}

function explainNotFound(what: "object" | "resource", attempt: Attempt): Words {
  const { group, version, plural } = attempt.resource;
  if (what === "object") return { what: "it does not exist", hint: "create it" };
  return {
    what: `the API server knows no ${plural} in ${group === "" ? version : `${group}/${version}`}`,
    hint: group === "" ? "check the server of the kubeconfig" : `apply the CRD ${plural}.${group}`,
  };
}

const unreachableWords: Readonly<Record<UnreachableReason, Words>> = {
  refused: { what: "refuses the connection", hint: "nothing listens there: is the API server running?" },
  dns: { what: "has a host name that cannot be resolved", hint: "check the host's DNS, or use an address" },
  reset: { what: "breaks the connection", hint: "look at the API server, or the load balancer before it" },
  timeout: {
    what: "does not answer in time",
    hint: "a firewall may drop packets, or the server is overloaded",
  },
  proxy: { what: "is behind a proxy that refuses", hint: "check proxy-url" },
  "no-route": { what: "has no route from this host", hint: "check the host's routes and kube-proxy" },
  other: { what: "cannot be reached", hint: "check the server" },
};

function explainUnreachable(
  failure: { readonly reason: UnreachableReason; readonly message: string },
  access: ClusterAccess | undefined,
): Words {
  const { what, hint } = unreachableWords[failure.reason];
  const proxy = access?.proxyUrl === undefined ? "" : ` (through the proxy ${new URL(access.proxyUrl).host})`;
  const server = `the API server ${access?.server ?? ""}`.trim();
  return { what: `${server}${proxy} ${what}`, hint: `${hint} (server of ${quoteSource(access)})` };
}

function quoteSource(access: ClusterAccess | undefined): string {
  return access === undefined ? "the kubeconfig" : JSON.stringify(access.source);
}

const nouns: Readonly<Record<string, string>> = {
  pods: "pod",
  events: "event",
  "network-attachment-definitions": "network-attachment-definition",
};

function describe(attempt: Attempt): string {
  const noun = nouns[attempt.resource.plural] ?? attempt.resource.plural;
  const subresource = attempt.subresource === undefined ? "" : `${attempt.subresource} of `;
  const place = [attempt.namespace, attempt.name].filter((part) => part !== undefined).join("/");
  return `${attempt.verb} ${subresource}${noun} ${place}`.trim();
}
