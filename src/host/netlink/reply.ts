// SPDX-License-Identifier: Apache-2.0
import { viewOf } from "./bytes.ts";
import { decodeMessages, type Message, messageFlags } from "./message.ts";

/** What one datagram means for the request with that sequence number. */
export interface ReplyPart {
  /** Bodies of the objects in it. */
  readonly bodies: readonly Uint8Array[];
  /**
   * - `more`: the answer goes on in the next datagram
   * - `done`: this was the end of it
   * - `failed`: the kernel refused, with the error number `errno`
   */
  readonly state:
    | { readonly kind: "more" }
    | { readonly kind: "done" }
    | { readonly kind: "failed"; readonly errno: number };
  /** What was dumped changed meanwhile: the answer may miss objects or hold some twice. */
  readonly interrupted: boolean;
}

const noopMessage = 1;
const errorMessage = 2;
const doneMessage = 3;

/**
 * Reads one datagram of an answer; messages of other sequence numbers (late answers, notifications) are left
 * out.
 */
export function readReplyPart(datagram: Uint8Array, sequence: number): ReplyPart {
  const messages = decodeMessages(datagram).filter((message) => message.sequence === sequence);
  const last = messages.find((message) => endOf(message) !== undefined);
  return {
    bodies: messages.filter(({ type }) => type > doneMessage).map(({ body }) => body),
    state: (last && endOf(last)) ?? { kind: "more" },
    interrupted: messages.some(({ flags }) => (flags & messageFlags.dumpInterrupted) !== 0),
  };
}

/** What all datagrams of an answer mean together; `more` when its end is missing. */
export function readAnswer(datagrams: readonly Uint8Array[], sequence: number): ReplyPart {
  const parts = datagrams.map((datagram) => readReplyPart(datagram, sequence));
  return {
    bodies: parts.flatMap(({ bodies }) => bodies),
    state: parts.map(({ state }) => state).find(({ kind }) => kind !== "more") ?? { kind: "more" },
    interrupted: parts.some(({ interrupted }) => interrupted),
  };
}

function endOf({ type, body, flags }: Message): ReplyPart["state"] | undefined {
  if (type === noopMessage) return undefined;
  if (type > doneMessage) return (flags & messageFlags.multi) === 0 ? { kind: "done" } : undefined;
  if (type !== errorMessage && type !== doneMessage) return undefined;
  // Both carry a number that is 0 or a negative errno; the end of a dump may come without it.
  const code = body.length >= 4 ? viewOf(body).getInt32(0, true) : 0;
  return code < 0 ? { kind: "failed", errno: -code } : { kind: "done" };
}
