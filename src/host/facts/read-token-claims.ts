// SPDX-License-Identifier: Apache-2.0
import { isJsonObject, tryParseJsonObject } from "../../cni/index.ts";
import type { TokenClaims } from "../../diagnosis/index.ts";

/**
 * Who a token speaks for, from the claims of a JWT (RFC 7519), whose signature is not checked. Nothing of the
 * answer lets anybody in.
 */
export function readTokenClaims(token: string): TokenClaims {
  const parts = token.trim().split(".");
  if (parts.length !== 3)
    return { audiences: [], problem: "it is no JWT, so that it tells nothing of itself" };
  const claims = tryParseJsonObject(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
  if (claims === undefined) return { audiences: [], problem: "it is a JWT whose claims cannot be read" };
  const { iss, sub, aud, iat, exp } = claims;
  return {
    issuer: textOf(iss),
    subject: textOf(sub),
    audiences: (Array.isArray(aud) ? aud : [aud]).flatMap((one) => textOf(one) ?? []),
    issuedAt: timeOf(iat),
    expiresAt: timeOf(exp),
    boundTo: boundTo(claims["kubernetes.io"]),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function timeOf(value: unknown): string | undefined {
  const time = typeof value === "number" ? new Date(value * 1000) : undefined;
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** Kubernetes' own claim: the pod, secret or node with which a bound token ends. */
function boundTo(claim: unknown): string | undefined {
  if (!isJsonObject(claim)) return undefined;
  const namespace = textOf(claim.namespace);
  for (const kind of ["pod", "secret", "node"]) {
    const object = claim[kind];
    if (!isJsonObject(object) || typeof object.name !== "string") continue;
    return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${object.name}`;
  }
  return undefined;
}
