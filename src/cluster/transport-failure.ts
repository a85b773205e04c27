// SPDX-License-Identifier: Apache-2.0
import type { ApiFailure, UnreachableReason } from "./api-failure.ts";

/** Bun's and the system's codes for a connection that did not come about or broke. */
const unreachableReasons: Readonly<Record<string, UnreachableReason>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  EPIPE: "reset",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "no-route",
  ENETUNREACH: "no-route",
  ERR_PROXY_TUNNEL: "proxy",
};

/**
 * OpenSSL's names for a certificate that does not verify, and what Bun says of a failed handshake.
 * `FailedToOpenSocket` is what Bun 1.4 calls CA, certificate or key that it cannot load.
 */
const tlsCode =
  /CERT|ISSUER|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_|^EPROTO$|^HOSTNAME_MISMATCH$|^FailedToOpenSocket$/;

/**
 * Tells from what `fetch` rejected with why there is no answer. Messages of the runtime are not used: they
 * differ by version.
 */
export function classifyRejection(error: unknown): ApiFailure {
  const { name, code } = nameAndCode(error);
  if (name === "TimeoutError")
    return { kind: "unreachable", reason: "timeout", message: "no answer in time" };
  if (name === "AbortError") return { kind: "aborted", message: "cancelled" };
  const reason = unreachableReasons[code];
  if (reason !== undefined) return { kind: "unreachable", reason, message: code };
  if (tlsCode.test(code)) return { kind: "tls", code, message: code };
  return { kind: "unreachable", reason: "other", message: code || name };
}

function nameAndCode(error: unknown): { readonly name: string; readonly code: string } {
  if (!(error instanceof Error)) return { name: String(error), code: "" };
  return { name: error.name, code: "code" in error && typeof error.code === "string" ? error.code : "" };
}
