// SPDX-License-Identifier: Apache-2.0
import { type Fact, known, unknown } from "../../diagnosis/index.ts";
import { CannotLook } from "./cannot-look.ts";

/**
 * What `look` finds, as a fact: whatever it throws makes this one fact unknown, and no other. Its words are
 * the reason.
 */
export async function lookFor<T>(what: string, look: () => T | Promise<T>): Promise<Fact<T>> {
  try {
    return known(await look());
  } catch (error) {
    return unknown(whyNot(what, error));
  }
}

/** As `lookFor`, for what is there at once. */
export function lookForNow<T>(what: string, look: () => T): Fact<T> {
  try {
    return known(look());
  } catch (error) {
    return unknown(whyNot(what, error));
  }
}

/** Why something could not be looked at, as one sentence. */
export function whyNot(what: string, error: unknown): string {
  if (error instanceof CannotLook) return error.message;
  const said = error instanceof Error ? error.message : String(error);
  return `${what} cannot be read: ${said.split("\n", 1)[0] ?? ""}`;
}
