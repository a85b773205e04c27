// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, isJsonObject } from "../cni/index.ts";
import type { ApiFailure } from "./api-failure.ts";
import { type Attempt, explainFailure } from "./explain-failure.ts";
import type { Requester } from "./request.ts";
import { canBeName, type Resource, resourcePath } from "./resources.ts";

/** The token that is wanted. */
export interface TokenWish {
  readonly serviceAccount: { readonly namespace: string; readonly name: string };
  /** Of the account's namespace: once it is deleted, the token is worth nothing. */
  readonly boundPod: { readonly name: string; readonly uid: string };
  /** At least 600; the server may give another time. */
  readonly expirationSeconds: number;
  /** Whom the token is for; the API server itself when absent. */
  readonly audiences?: readonly string[];
}

/** The token, or a CniError (code 11) that says why there is none. */
export type TokenAnswer =
  | { readonly kind: "granted"; readonly token: string; readonly expires: Date }
  | { readonly kind: "refused"; readonly error: CniError };

const serviceAccounts: Resource = { group: "", version: "v1", plural: "serviceaccounts" };

/** Asks for a token by the TokenRequest API (authentication.k8s.io/v1). Never rejects. */
export async function requestToken(requester: Requester, wish: TokenWish): Promise<TokenAnswer> {
  const { namespace, name } = wish.serviceAccount;
  if (!canBeName(namespace) || !canBeName(name)) {
    const account = JSON.stringify(`${namespace}/${name}`);
    return refused(
      `cannot ask for a token: no ServiceAccount can be named ${account}`,
      "check the agent's pod",
    );
  }
  const path = resourcePath(serviceAccounts, { namespace, name, subresource: "token" });
  const answer = await requester.request({ method: "POST", path, body: bodyOf(wish) });
  if (answer.ok) return readAnswer(answer.body, `${namespace}/${name}`);
  const sentence = explainBinding(answer.failure, wish);
  if (sentence !== undefined) return refused(sentence.what, sentence.hint, answer.failure.message);
  const attempt: Attempt = {
    verb: "create",
    resource: serviceAccounts,
    subresource: "token",
    namespace,
    name,
  };
  return { kind: "refused", error: await explainFailure(answer.failure, attempt, requester.access()) };
}

function bodyOf({ boundPod, expirationSeconds, audiences }: TokenWish): Record<string, unknown> {
  const boundObjectRef = { apiVersion: "v1", kind: "Pod", name: boundPod.name, uid: boundPod.uid };
  const spec = { expirationSeconds, boundObjectRef, ...(audiences === undefined ? {} : { audiences }) };
  return { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
}

function readAnswer(body: Readonly<Record<string, unknown>>, account: string): TokenAnswer {
  const { token, expirationTimestamp } = isJsonObject(body.status) ? body.status : {};
  const expires = new Date(typeof expirationTimestamp === "string" ? expirationTimestamp : Number.NaN);
  if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token) && !Number.isNaN(expires.getTime())) {
    return { kind: "granted", token, expires };
  }
  // What came may hold a token in another place, so that none of it is shown.
  return refused(
    `cannot create a token of serviceaccount ${account}: the answer has no token or no expirationTimestamp`,
    "check the server: this is no answer of a Kubernetes API",
  );
}

/** What only this request can be refused for; undefined for what any request can. */
function explainBinding(failure: ApiFailure, wish: TokenWish): { what: string; hint: string } | undefined {
  const { namespace, name } = wish.serviceAccount;
  const cannot = `cannot create a token of serviceaccount ${namespace}/${name}`;
  const pod = `pod ${namespace}/${wish.boundPod.name}`;
  switch (failure.kind) {
    case "not-found":
      return failure.what === "object"
        ? { what: `${cannot}: it, or its ${pod}, does not exist`, hint: "check the agent's pod and account" }
        : undefined;
    case "conflict":
      return {
        what: `${cannot}: the ${pod} has another UID than ${wish.boundPod.uid}`,
        hint: "the pod was made anew; restart the agent so that POD_UID is right",
      };
    case "invalid": {
      const fields = failure.fields.length === 0 ? "" : ` (${failure.fields.join(", ")})`;
      return {
        what: `${cannot} for the ${pod}: the API server finds the request invalid${fields}`,
        hint: "the pod must run with this ServiceAccount; POD_NAME and POD_NAMESPACE must be its own",
      };
    }
    default:
      return undefined;
  }
}

function refused(what: string, hint: string, details?: string): TokenAnswer {
  return { kind: "refused", error: new CniError(cniErrorCodes.tryAgainLater, what, { hint, details }) };
}
