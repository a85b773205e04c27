// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, type IpFamily } from "../../cni/index.ts";
import { openLibc } from "../libc.ts";
import { inNetworkNamespace } from "../namespace.ts";
import { familyNumbers, familyOf } from "../netlink/index.ts";
import { decodeEchoAnswer, encodeEchoRequest, encodeSocketAddress } from "./echo.ts";

export interface PingOptions {
  /** How long to wait for all answers together. */
  readonly timeoutMs: number;
  /** How many answers are wanted; 1 if not said. */
  readonly count?: number;
  /** An own address of the pod, without prefix length, to ping from. */
  readonly source?: string;
  /** An interface of the pod to ping through, whatever the routes say. */
  readonly interface?: string;
}

/**
 * How a ping ended: `answered` when all answers came, `silent` when not, `unsendable` when no request ever
 * left the pod, with the error number's name, such as ENETUNREACH (no route).
 */
export type PingEnding =
  | { readonly kind: "answered"; readonly milliseconds: number }
  | { readonly kind: "silent"; readonly sent: number; readonly received: number }
  | { readonly kind: "unsendable"; readonly reason: string };

const rawCloseOnExec = 3 | 0o2000000;
const protocols = { ipv4: 1, ipv6: 58 } as const satisfies Record<IpFamily, number>;
const solSocket = 1;
const bindToDevice = 25;
const dontWait = 0x40;
const betweenRequestsMs = 200;
const betweenLooksMs = 1;

/**
 * Asks `target` (an address) from inside the namespace at `netns` whether it is there: ICMP echo over a raw
 * socket, no program needed. `milliseconds` is the quickest round trip. Throws a CniError: code 3 when the
 * namespace has gone, code 7 for a target, source or interface that cannot be, code 5 when we may not open
 * such a socket.
 */
export async function pingFrom(netns: string, target: string, options: PingOptions): Promise<PingEnding> {
  const family = familyOf(target);
  if (family === undefined) {
    throw new CniError(
      cniErrorCodes.invalidNetworkConfig,
      `pinging ${JSON.stringify(target)}: it is no IP address`,
    );
  }
  const socket = inNetworkNamespace(netns, () => openSocket({ family, target, options }));
  try {
    return await exchange({ socket, family, target, options });
  } finally {
    openLibc().calls.close(socket);
  }
}

interface Ping {
  readonly family: IpFamily;
  readonly target: string;
  readonly options: PingOptions;
}

function openSocket({ family, target, options }: Ping): number {
  const { calls, errnoName } = openLibc();
  const socket = calls.socket(familyNumbers[family], rawCloseOnExec, protocols[family]);
  if (socket < 0) {
    throw new CniError(cniErrorCodes.ioFailure, `opening a socket to ping "${target}": ${errnoName()}`);
  }
  const refused = restrict(socket, family, options);
  if (refused === undefined) return socket;
  calls.close(socket);
  throw new CniError(cniErrorCodes.invalidNetworkConfig, `pinging "${target}" ${refused}`);
}

/** Binds to the wanted source and interface; says what was refused. */
function restrict(socket: number, family: IpFamily, options: PingOptions): string | undefined {
  const { calls, errnoName } = openLibc();
  if (options.interface !== undefined) {
    const name = Buffer.from(`${options.interface}\0`);
    if (calls.setsockopt(socket, solSocket, bindToDevice, name, name.length) !== 0) {
      return `through "${options.interface}": ${errnoName()}`;
    }
  }
  if (options.source === undefined) return undefined;
  if (familyOf(options.source) !== family) return `from "${options.source}": it is no address of that family`;
  const source = encodeSocketAddress(family, options.source);
  return calls.bind(socket, source, source.length) === 0
    ? undefined
    : `from "${options.source}": ${errnoName()}`;
}

interface Conversation extends Ping {
  readonly socket: number;
  readonly identifier: number;
  /** By sequence number. */
  readonly sentAt: number[];
  /** Round trips by sequence number. */
  readonly answered: Map<number, number>;
}

async function exchange(ping: Ping & { readonly socket: number }): Promise<PingEnding> {
  const { timeoutMs, count = 1 } = ping.options;
  const identifier = Math.floor(Math.random() * 0x10000);
  const conversation: Conversation = { ...ping, identifier, sentAt: [], answered: new Map() };
  const { sentAt, answered } = conversation;
  const start = performance.now();
  let refusal: string | undefined;
  for (let next = start; performance.now() - start < timeoutMs; await Bun.sleep(betweenLooksMs)) {
    if (performance.now() >= next) {
      // An address or a route may still be settling (IPv6 looks for duplicates first), so a refusal is not
      // the end.
      refusal = ask(conversation);
      next += betweenRequestsMs;
    }
    noteAnswers(conversation);
    if (answered.size >= count) return { kind: "answered", milliseconds: Math.min(...answered.values()) };
  }
  if (sentAt.length === 0 && refusal !== undefined) return { kind: "unsendable", reason: refusal };
  return { kind: "silent", sent: sentAt.length, received: answered.size };
}

/** Sends the next request; gives the reason when it could not leave. */
function ask({ socket, family, target, identifier, sentAt }: Conversation): string | undefined {
  const { calls, errnoName } = openLibc();
  const message = encodeEchoRequest(family, { identifier, sequence: sentAt.length });
  const address = encodeSocketAddress(family, target);
  if (calls.sendto(socket, message, message.length, dontWait, address, address.length) < 0)
    return errnoName();
  sentAt.push(performance.now());
  return undefined;
}

function noteAnswers({ socket, family, identifier, sentAt, answered }: Conversation): void {
  for (const sequence of receiveAnswers(socket, family, identifier)) {
    const began = sentAt[sequence];
    if (began !== undefined && !answered.has(sequence)) answered.set(sequence, performance.now() - began);
  }
}

function receiveAnswers(socket: number, family: IpFamily, identifier: number): readonly number[] {
  const { calls } = openLibc();
  const buffer = new Uint8Array(2048);
  const sequences: number[] = [];
  for (;;) {
    // A negative length is "nothing yet", or an error about an earlier request: both mean to look again
    // later.
    const length = calls.recv(socket, buffer, buffer.length, dontWait);
    if (length < 0) return sequences;
    const answer = decodeEchoAnswer(family, buffer.subarray(0, length));
    if (answer?.identifier === identifier) sequences.push(answer.sequence);
  }
}
