// SPDX-License-Identifier: Apache-2.0
import { isJsonObject, tryParseJsonObject } from "../cni/index.ts";

/** Why no answer came over the wire. */
export type UnreachableReason = "refused" | "dns" | "reset" | "timeout" | "proxy" | "no-route" | "other";

/** Everything that can be wrong with a request, told by type. `message` is the server's own, for the log. */
export type ApiFailure =
  /**
   * `object`: there is none of that name; `resource`: the server does not know the kind (its CRD is absent).
   */
  | { readonly kind: "not-found"; readonly what: "object" | "resource"; readonly message: string }
  | { readonly kind: "forbidden"; readonly message: string }
  | { readonly kind: "unauthorized"; readonly message: string }
  | { readonly kind: "conflict"; readonly message: string }
  | { readonly kind: "already-exists"; readonly message: string }
  | { readonly kind: "gone"; readonly message: string }
  /** `fields`: what the server finds wrong (`metadata.uid`). */
  | { readonly kind: "invalid"; readonly fields: readonly string[]; readonly message: string }
  | { readonly kind: "too-many"; readonly retryAfterMs: number | undefined; readonly message: string }
  | {
      readonly kind: "server";
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      readonly message: string;
    }
  /** An answer that is no JSON, or a status that is neither success nor any of the above. */
  | { readonly kind: "unexpected"; readonly status: number; readonly message: string }
  | { readonly kind: "unreachable"; readonly reason: UnreachableReason; readonly message: string }
  /** `code` is OpenSSL's name: `CERT_HAS_EXPIRED`. */
  | { readonly kind: "tls"; readonly code: string; readonly message: string }
  /** The caller's signal. */
  | { readonly kind: "aborted"; readonly message: string }
  /** Kubeconfig, token file, exec plugin: a CniError that says it all. */
  | { readonly kind: "no-access"; readonly error: Error; readonly message: string };

/**
 * Whether nobody can be asked at present, whatever the question was: away, overloaded, our credential out of
 * date. A refusal of this one request is none.
 */
export function isOutage({ kind }: ApiFailure): boolean {
  return ["unreachable", "tls", "server", "too-many", "unauthorized", "no-access"].includes(kind);
}

/** An answer's status, headers and body as they came. */
export interface RawAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

/**
 * Recognises a refusal by status code and the `reason` of its Status object (Kubernetes API conventions),
 * never by text.
 */
export function classifyRefusal(answer: RawAnswer): ApiFailure {
  const status = parseStatus(answer.text);
  const message = typeof status?.message === "string" ? status.message : answer.text.slice(0, 200);
  const retryAfterMs = parseRetryAfter(answer.retryAfter);
  switch (answer.status) {
    case 401:
      return { kind: "unauthorized", message };
    case 403:
      return { kind: "forbidden", message };
    case 404:
      return { kind: "not-found", what: namesAnObject(status) ? "object" : "resource", message };
    case 409:
      return { kind: status?.reason === "AlreadyExists" ? "already-exists" : "conflict", message };
    case 410:
      return { kind: "gone", message };
    case 400:
    case 422:
      return { kind: "invalid", fields: causeFields(status), message };
    case 429:
      return { kind: "too-many", retryAfterMs, message };
    default:
      if (answer.status >= 500) return { kind: "server", status: answer.status, retryAfterMs, message };
      return { kind: "unexpected", status: answer.status, message };
  }
}

/** Retry-After (RFC 9110 section 10.2.3), seconds or a date, in ms from `now`; undefined without one. */
export function parseRetryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

type Status = Record<string, unknown>;

function parseStatus(text: string): Status | undefined {
  const body = tryParseJsonObject(text);
  return body?.kind === "Status" ? body : undefined;
}

// The router of the API server answers "404 page not found" in plain text, or a Status that names nothing.
function namesAnObject(status: Status | undefined): boolean {
  return (
    isJsonObject(status?.details) && typeof status.details.name === "string" && status.details.name !== ""
  );
}

function causeFields(status: Status | undefined): readonly string[] {
  const causes = isJsonObject(status?.details) ? status.details.causes : undefined;
  if (!Array.isArray(causes)) return [];
  return causes.flatMap((cause: unknown) =>
    isJsonObject(cause) && typeof cause.field === "string" ? [cause.field] : [],
  );
}
