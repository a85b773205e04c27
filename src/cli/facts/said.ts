// SPDX-License-Identifier: Apache-2.0
import type { Fact } from "../../diagnosis/facts/index.ts";

/** One line for people: what of the facts it is about, and how a known value is said. */
export interface Row<Side> {
  readonly title: string;
  readonly say: (side: Side) => Said;
}

/** Words of a known fact, several lines for several things; or the fact that is not known. */
export type Said = readonly string[] | MissingFact;

type MissingFact = Exclude<Fact<never>, { kind: "known" }>;

/** What `say` makes of a known fact; another one as it is. */
export function fact<T>(of: Fact<T>, say: (value: T) => readonly string[]): Said {
  return of.kind === "known" ? say(of.value) : of;
}

/** What an unknown fact within a line says for itself; `say` for a known one. */
export function inLine<T>(of: Fact<T>, say: (value: T) => string): string {
  return of.kind === "known" ? say(of.value) : sayMissing(of);
}

/** Why a fact has no value. */
export function sayMissing({ kind, reason }: MissingFact): string {
  return `${kind === "unknown" ? "unknown" : "not applicable"}: ${reason}`;
}

/** The parts that are there, with a blank between them. */
export const words = (...parts: readonly (string | undefined | false)[]): string =>
  parts.filter((part) => part !== undefined && part !== false && part !== "").join(" ");

/** `1 node`, `3 nodes`. */
export const count = (number: number, one: string, several: string): string =>
  `${number} ${number === 1 ? one : several}`;

/** Names in a line; `none` for none. */
export const listed = (names: readonly string[]): string => names.join(", ") || "none";
