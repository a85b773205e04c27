// SPDX-License-Identifier: Apache-2.0
import * as v from "valibot";
import { type Facts, facts } from "./facts.ts";

/** Facts, or why a document holds none: a sentence that names the key. */
export type FactsReading =
  | { readonly kind: "facts"; readonly facts: Facts }
  | { readonly kind: "refused"; readonly reason: string };

/** Takes facts from a parsed JSON document, as `plures facts` printed it here or elsewhere. */
export function readFacts(document: unknown): FactsReading {
  const read = v.safeParse(facts, document);
  if (read.success) return { kind: "facts", facts: read.output };
  const [first] = read.issues;
  const at = v.getDotPath(first);
  return { kind: "refused", reason: `reading facts: ${at === null ? "" : `"${at}": `}${first.message}` };
}
