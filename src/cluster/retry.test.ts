// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ApiFailure } from "./api-failure.ts";
import { retryDelay } from "./retry.ts";

const message = "";
const facts = { attempt: 1, idempotent: true, msLeft: 60_000, random: 0 };

test.each<[ApiFailure, boolean, number | undefined]>([
  [{ kind: "too-many", retryAfterMs: undefined, message }, true, 25],
  [{ kind: "too-many", retryAfterMs: 3_000, message }, false, 3_000],
  [{ kind: "too-many", retryAfterMs: 60_000, message }, true, undefined],
  [{ kind: "server", status: 503, retryAfterMs: 1_000, message }, true, 1_000],
  [{ kind: "server", status: 500, retryAfterMs: undefined, message }, false, undefined],
  [{ kind: "server", status: 501, retryAfterMs: undefined, message }, true, undefined],
  [{ kind: "unreachable", reason: "refused", message }, false, 25],
  [{ kind: "unreachable", reason: "reset", message }, true, 25],
  [{ kind: "unreachable", reason: "reset", message }, false, undefined],
  [{ kind: "unreachable", reason: "dns", message }, true, undefined],
  [{ kind: "unreachable", reason: "proxy", message }, true, undefined],
  [{ kind: "tls", code: "CERT_HAS_EXPIRED", message }, true, undefined],
  [{ kind: "forbidden", message }, true, undefined],
  [{ kind: "conflict", message }, true, undefined],
  [{ kind: "aborted", message }, true, undefined],
])("%j, idempotent %p: wait %p ms", (failure, idempotent, delay) => {
  expect(retryDelay({ ...facts, failure, idempotent })).toBe(delay as number); // undefined is a value here, too.
});

test("the wait grows, stays within 2 s, and never passes the deadline", () => {
  const failure: ApiFailure = { kind: "unreachable", reason: "refused", message };
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 5_000 }),
      random,
      (attempt, msLeft, chance) => {
        const delay = retryDelay({ failure, attempt, idempotent: true, msLeft, random: chance });
        if (delay === undefined) return;
        expect(delay).toBeGreaterThanOrEqual(25);
        expect(delay).toBeLessThanOrEqual(2_000);
        expect(delay).toBeLessThan(msLeft);
      },
    ),
  );
});
