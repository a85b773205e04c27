// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../cni/index.ts";
import type { Credential } from "./access.ts";
import { readTokenClaims } from "./token-claims.ts";

/** Token files are rotated under us; client-go reads them again as often. */
const tokenFileFreshMs = 60_000;

/** No credential at all: the server sees `system:anonymous`. */
export function anonymousCredential(source: string): Credential {
  return {
    authorization: undefined,
    source,
    subject: undefined,
    expires: undefined,
    freshUntil: undefined,
  };
}

/**
 * A bearer token, with what it says of itself. Throws a CniError (code 11) for text that cannot be one (RFC
 * 6750).
 */
export function tokenCredential(
  token: string,
  origin: { readonly source: string; readonly freshUntil?: number | undefined },
): Credential {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new CniError(
      cniErrorCodes.tryAgainLater,
      `cannot use ${origin.source}: it holds blanks, line breaks or characters that no token has`,
      { hint: "write the token anew, on one line" },
    );
  }
  return {
    authorization: `Bearer ${token}`,
    source: origin.source,
    ...readTokenClaims(token),
    freshUntil: origin.freshUntil,
  };
}

/** The token in the text of a token file. */
export function tokenFileCredential(
  text: string,
  file: { readonly path: string; readonly field: string },
): Credential {
  const source = `${file.field} ${JSON.stringify(file.path)}`;
  return tokenCredential(text.trim(), { source, freshUntil: Date.now() + tokenFileFreshMs });
}

/** HTTP basic authentication. */
export function basicCredential(
  login: { readonly username: string; readonly password: string },
  source: string,
): Credential {
  const encoded = Buffer.from(`${login.username}:${login.password}`).toString("base64");
  return { ...anonymousCredential(source), authorization: `Basic ${encoded}`, subject: login.username };
}
