// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../../cni/index.ts";
import type { Journal } from "../../verbs/index.ts";

/**
 * The journal for one request. Once `cancelled`, nothing is begun; once `closed`, nothing is changed any
 * more: the runtime may have sent DEL to somebody else by then, and an entry that came back, or went, would
 * be wrong. Such a change rejects with a CniError (code 11).
 */
export function guardJournal(
  journal: Journal,
  { cancelled, closed }: { readonly cancelled: AbortSignal; readonly closed: AbortSignal },
): Journal {
  return {
    ...journal,
    begin: async (plan) => unless(cancelled, () => journal.begin(plan)),
    record: async (...given) => unless(closed, () => journal.record(...given)),
    remove: async (key) => unless(closed, () => journal.remove(key)),
  };
}

function unless<T>(signal: AbortSignal, change: () => Promise<T>): Promise<T> {
  if (!signal.aborted) return change();
  throw new CniError(
    cniErrorCodes.tryAgainLater,
    "writing the journal: the runtime has ended this request, so its entry stays as it is",
    { hint: "the runtime's DEL takes away what was attached" },
  );
}
