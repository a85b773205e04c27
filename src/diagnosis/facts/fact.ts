// SPDX-License-Identifier: Apache-2.0
import * as v from "valibot";
import { text } from "./shapes.ts";

/**
 * Something that was looked for. `unknown`: it could not be looked at, and `reason` says why; it is never a
 * pass. `not-applicable`: only a live machine or cluster can tell, and this is a recorded one.
 */
export type Fact<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "unknown"; readonly reason: string }
  | { readonly kind: "not-applicable"; readonly reason: string };

/** What a fact holds when it is known. */
export type ValueOf<F> = F extends { readonly kind: "known"; readonly value: infer T } ? T : never;

/** Something that was found out. */
export const known = <T>(value: T): { readonly kind: "known"; readonly value: T } => ({
  kind: "known",
  value,
});

/** Something that could not be looked at; `reason` is one sentence without a full stop. */
export const unknown = (reason: string): { readonly kind: "unknown"; readonly reason: string } => ({
  kind: "unknown",
  reason,
});

/** Something that only a live machine or cluster can tell. */
export const notApplicable = (
  reason: string,
): { readonly kind: "not-applicable"; readonly reason: string } => ({ kind: "not-applicable", reason });

/** The value of a fact that is known, else undefined. */
export const knownValue = <T>(fact: Fact<T>): T | undefined =>
  fact.kind === "known" ? fact.value : undefined;

/** A row whose value may be unknown or not applicable. */
export const factOf = <Value extends v.GenericSchema>(value: Value) =>
  v.pipe(
    v.variant("kind", [
      v.strictObject({ kind: v.literal("known"), value }),
      v.strictObject({ kind: v.literal("unknown"), reason: text("Why it could not be looked at") }),
      v.strictObject({
        kind: v.literal("not-applicable"),
        reason: text("Why only a live machine or cluster can tell"),
      }),
    ]),
    v.readonly(),
  );
