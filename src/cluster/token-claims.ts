// SPDX-License-Identifier: Apache-2.0
import { tryParseJsonObject } from "../cni/index.ts";

/** What may be told about a bearer token. */
export interface TokenClaims {
  readonly subject: string | undefined;
  readonly expires: Date | undefined;
}

const unknownClaims: TokenClaims = { subject: undefined, expires: undefined };

/**
 * Reads subject and expiry out of a JWT (RFC 7519) without checking its signature, to explain a refusal; both
 * are undefined for a token of another kind. Never throws.
 */
export function readTokenClaims(token: string): TokenClaims {
  const parts = token.split(".");
  if (parts.length !== 3) return unknownClaims;
  const claims = tryParseJsonObject(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
  return claims === undefined ? unknownClaims : { subject: subjectOf(claims), expires: expiryOf(claims) };
}

type Claims = Readonly<Record<string, unknown>>;

function subjectOf({ sub }: Claims): string | undefined {
  return typeof sub === "string" ? sub : undefined;
}

function expiryOf({ exp }: Claims): Date | undefined {
  if (typeof exp !== "number") return undefined;
  const expires = new Date(exp * 1000);
  return Number.isNaN(expires.getTime()) ? undefined : expires;
}
