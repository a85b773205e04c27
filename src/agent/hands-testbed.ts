// SPDX-License-Identifier: Apache-2.0
import {
  createFrameCutter,
  decodeAgentMessage,
  decodeShimMessage,
  encodeAgentMessage,
  encodeShimMessage,
} from "../protocol/index.ts";
import { lendHands } from "../shim/lend-hands.ts";
import { createHands, type LentHands } from "./hands.ts";

/** For tests: the hands of this very host, lent as a shim lends them, every message through its bytes. */
export function handsOfThisHost(searchDirs: readonly string[] = []): LentHands {
  const toAgent = createFrameCutter();
  const toShim = createFrameCutter();
  const shim = lendHands({
    searchDirs,
    ended: (id, ending) => {
      for (const frame of toAgent(encodeShimMessage({ kind: "step-ended", id, ending }))) {
        const message = decodeShimMessage(frame);
        if (message.kind === "step-ended") hands.ended(message.id, message.ending);
      }
    },
  });
  const hands = createHands({
    send: (sent) => {
      for (const frame of toShim(encodeAgentMessage(sent))) {
        const message = decodeAgentMessage(frame);
        if (message.kind === "stop") shim.stop(message.id);
        else if (message.kind === "run" || message.kind === "look" || message.kind === "netlink")
          shim.take(message);
      }
    },
    overdue: (what) => {
      throw new Error(`${what} is overdue`);
    },
  });
  return hands;
}
