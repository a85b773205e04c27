// SPDX-License-Identifier: Apache-2.0
import { type Answer, refuse } from "./status-object.ts";

/**
 * What goes wrong with a request. Plain JSON.
 * - `status`: this code with a fitting Status
 * - `slow`: the true answer, late
 * - `cut`: the connection ends before an answer; the request is not carried out
 * - `cut-body`: it is carried out, and the connection ends within the answer
 * - `garbage`: it is carried out, and the answer is no JSON
 * - `hang`: no answer, the connection stays
 *
 * What happens to watches that are under way is `LiveWatches`.
 */
export type Fault =
  | { readonly kind: "status"; readonly code: number; readonly retryAfterSeconds?: number }
  | { readonly kind: "slow"; readonly ms: number }
  | { readonly kind: "cut" | "cut-body" | "garbage" | "hang" };

/** A fault and whom it hits. */
export interface PlannedFault {
  readonly fault: Fault;
  /** Any method and path unless told; `path` is a part of the URL. */
  readonly method?: string;
  readonly path?: string;
  /** How many requests it hits; all when absent. */
  readonly times?: number;
}

/** Faults to come. */
export interface Faults {
  plan(fault: PlannedFault): void;
  /** The fault for this request, counted as used. */
  take(request: { readonly method: string; readonly url: string }): Fault | undefined;
  clear(): void;
}

export function createFaults(): Faults {
  let planned: { readonly row: PlannedFault; left: number }[] = [];
  return {
    plan: (row) => planned.push({ row, left: row.times ?? Number.POSITIVE_INFINITY }),
    take({ method, url }) {
      const hit = planned.find(
        ({ row, left }) => left > 0 && (row.method ?? method) === method && url.includes(row.path ?? ""),
      );
      if (hit === undefined) return undefined;
      hit.left -= 1;
      return hit.row.fault;
    },
    clear() {
      planned = [];
    },
  };
}

const reasons: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  410: "Expired",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** The answer of a `status` fault. */
export function faultAnswer(fault: Extract<Fault, { kind: "status" }>): Answer {
  const retry = fault.retryAfterSeconds;
  const answer = refuse({
    code: fault.code,
    reason: reasons[fault.code] ?? "",
    message: `a fault that the test asked for (${fault.code})`,
    ...(retry === undefined ? {} : { details: { retryAfterSeconds: retry } }),
  });
  return retry === undefined ? answer : { ...answer, headers: { "retry-after": String(retry) } };
}
