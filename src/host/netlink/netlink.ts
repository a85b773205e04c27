// SPDX-License-Identifier: Apache-2.0
import { encodeMessage, messageFlags } from "./message.ts";
import { errorName, NetlinkError } from "./netlink-error.ts";
import { readAnswer } from "./reply.ts";

/** What is asked of the kernel. */
export interface NetlinkRequest {
  /** For errors: what is being done, such as `making the link "br0"`. */
  readonly doing: string;
  readonly type: number;
  readonly body: Uint8Array;
  readonly flags?: number;
}

/**
 * Carries one rtnetlink message to the kernel of a network namespace, and brings all datagrams of its answer,
 * up to its end. It rejects with a NetlinkError whose code says why there is no answer, or with whatever
 * keeps it from carrying.
 */
export type NetlinkExchange = (message: Uint8Array) => Promise<readonly Uint8Array[]>;

/**
 * rtnetlink in one network namespace. All methods reject with a NetlinkError, and with what `exchange`
 * rejects with.
 */
export interface Netlink {
  /** Asks for all objects of a kind; starts again while they change underneath. */
  dump(request: NetlinkRequest): Promise<readonly Uint8Array[]>;
  /** Asks for one object. */
  get(request: NetlinkRequest): Promise<readonly Uint8Array[]>;
  /** Has one thing done. */
  change(request: NetlinkRequest): Promise<void>;
}

const dumpAttempts = 10;

/**
 * Answers after which asking anew may help: objects changed meanwhile, or came faster than they were read.
 */
const passing: readonly string[] = ["EINTR", "ENOBUFS"];

/** rtnetlink over `exchange`, wherever the kernel is that it leads to. */
export function createNetlink(exchange: NetlinkExchange): Netlink {
  let sequence = 0;
  const ask = async (request: NetlinkRequest, flags: number): Promise<readonly Uint8Array[]> => {
    sequence += 1;
    const { type, body } = request;
    const allFlags = flags | (request.flags ?? 0) | messageFlags.request;
    const own = sequence;
    const message = encodeMessage({ type, flags: allFlags, sequence: own, body });
    const { bodies, state, interrupted } = readAnswer(
      await exchangeFor(request.doing, exchange, message),
      own,
    );
    if (state.kind === "failed") throw new NetlinkError(request.doing, errorName(state.errno));
    if (state.kind === "more") throw new NetlinkError(request.doing, "EBADMSG");
    if (interrupted) throw new NetlinkError(request.doing, "EINTR");
    return bodies;
  };
  return {
    dump: async (request) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await ask(request, messageFlags.dump);
        } catch (error) {
          if (!(error instanceof NetlinkError && passing.includes(error.code))) throw error;
          if (attempt < dumpAttempts) continue;
          throw new NetlinkError(
            `${request.doing}, ${dumpAttempts} times while it kept changing`,
            error.code,
          );
        }
      }
    },
    get: (request) => ask(request, 0),
    change: async (request) => void (await ask(request, messageFlags.ack)),
  };
}

/** Who carries knows the code, only here it is known what was being done. */
async function exchangeFor(
  doing: string,
  exchange: NetlinkExchange,
  message: Uint8Array,
): Promise<readonly Uint8Array[]> {
  try {
    return await exchange(message);
  } catch (error) {
    throw error instanceof NetlinkError ? new NetlinkError(doing, error.code) : error;
  }
}
