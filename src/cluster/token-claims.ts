// SPDX-License-Identifier: Apache-2.0

/** What may be told about a bearer token. */
export interface TokenClaims {
  readonly subject: string | undefined;
  readonly expires: Date | undefined;
}

const unknownClaims: TokenClaims = { subject: undefined, expires: undefined };

/** Reads subject and expiry out of a JWT (RFC 7519) without checking its signature, to explain a refusal;
 * both are undefined for a token of another kind. Never throws. */
export function readTokenClaims(token: string): TokenClaims {
  const parts = token.split(".");
  if (parts.length !== 3) return unknownClaims;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
    if (typeof claims !== "object" || claims === null) return unknownClaims;
    return { subject: subjectOf(claims), expires: expiryOf(claims) };
  } catch {
    return unknownClaims;
  }
}

function subjectOf(claims: object): string | undefined {
  return "sub" in claims && typeof claims.sub === "string" ? claims.sub : undefined;
}

function expiryOf(claims: object): Date | undefined {
  if (!("exp" in claims) || typeof claims.exp !== "number") return undefined;
  const expires = new Date(claims.exp * 1000);
  return Number.isNaN(expires.getTime()) ? undefined : expires;
}
