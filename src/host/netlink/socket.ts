// SPDX-License-Identifier: Apache-2.0
import { openLibc } from "../libc.ts";
import { viewOf } from "./bytes.ts";
import { encodeMessage, messageFlags } from "./message.ts";
import { errorName, NetlinkError } from "./netlink-error.ts";
import { type ReplyPart, readReplyPart } from "./reply.ts";

/** What is asked of the kernel. */
export interface NetlinkRequest {
  /** For errors: what is being done, such as `making the link "br0"`. */
  readonly doing: string;
  readonly type: number;
  readonly body: Uint8Array;
  readonly flags?: number;
}

/**
 * An open rtnetlink socket; it stays in the network namespace in which it was opened. All its methods block
 * until the kernel answers, and throw a NetlinkError.
 */
export interface Netlink {
  /** Asks for all objects of a kind; starts again while they change underneath. */
  dump(request: NetlinkRequest): readonly Uint8Array[];
  /** Asks for one object. */
  get(request: NetlinkRequest): readonly Uint8Array[];
  /** Has one thing done. */
  change(request: NetlinkRequest): void;
  close(): void;
}

const familyNetlink = 16;
const rawCloseOnExec = 3 | 0o2000000;
const protocolRoute = 0;
const solSocket = 1;
const soReceiveBuffer = 8;
const soReceiveTimeout = 20;
const truncateFlag = 0x20;
// Dumps come in datagrams of at most 32 KiB; one link with all attributes is far smaller.
const receiveBytes = 64 * 1024;
const receiveBufferBytes = 1024 * 1024;
const answerTimeoutSeconds = 5;
const dumpAttempts = 10;

/** Opens an rtnetlink socket in this thread's network namespace; throws a NetlinkError. */
export function openNetlink(): Netlink {
  const { calls, errnoName } = openLibc();
  const doing = "opening a netlink socket";
  const socket = calls.socket(familyNetlink, rawCloseOnExec, protocolRoute);
  if (socket < 0) throw new NetlinkError(doing, errnoName());
  const address = new Uint8Array(12);
  viewOf(address).setUint16(0, familyNetlink, true);
  const failed =
    setOption(socket, soReceiveTimeout, timeval(answerTimeoutSeconds)) < 0 ||
    setOption(socket, soReceiveBuffer, Uint8Array.of(...uint32(receiveBufferBytes))) < 0 ||
    calls.bind(socket, address, address.length) < 0;
  if (failed) {
    const code = errnoName();
    calls.close(socket);
    throw new NetlinkError(doing, code);
  }
  return describeNetlink(socket);
}

function setOption(socket: number, option: number, value: Uint8Array): number {
  return openLibc().calls.setsockopt(socket, solSocket, option, value, value.length);
}

function timeval(seconds: number): Uint8Array {
  const bytes = new Uint8Array(16);
  viewOf(bytes).setBigInt64(0, BigInt(seconds), true);
  return bytes;
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value, true);
  return bytes;
}

/** `again`: the answer is worthless for that reason, asking anew may help. */
type Answer = { readonly bodies: readonly Uint8Array[] } | { readonly again: string };

interface Conversation {
  readonly socket: number;
  readonly buffer: Uint8Array;
  sequence: number;
}

function describeNetlink(socket: number): Netlink {
  const conversation: Conversation = { socket, buffer: new Uint8Array(receiveBytes), sequence: 0 };
  const once = (request: NetlinkRequest, flags: number): readonly Uint8Array[] => {
    const answer = exchange(conversation, request, flags);
    if ("again" in answer) throw new NetlinkError(request.doing, answer.again);
    return answer.bodies;
  };
  return {
    dump: (request) => {
      let reason = "";
      for (let attempt = 0; attempt < dumpAttempts; attempt++) {
        const answer = exchange(conversation, request, messageFlags.dump);
        if ("bodies" in answer) return answer.bodies;
        reason = answer.again;
      }
      throw new NetlinkError(`${request.doing}, ${dumpAttempts} times while it kept changing`, reason);
    },
    get: (request) => once(request, 0),
    change: (request) => void once(request, messageFlags.ack),
    close: () => void openLibc().calls.close(socket),
  };
}

function exchange(conversation: Conversation, request: NetlinkRequest, flags: number): Answer {
  const { type, body, doing } = request;
  conversation.sequence += 1;
  const { sequence } = conversation;
  const allFlags = flags | (request.flags ?? 0) | messageFlags.request;
  send(conversation.socket, encodeMessage({ type, flags: allFlags, sequence, body }), doing);
  const bodies: Uint8Array[] = [];
  let interrupted = false;
  for (;;) {
    const part = receivePart(conversation, doing);
    if ("again" in part) return part;
    bodies.push(...part.bodies);
    interrupted ||= part.interrupted;
    if (part.state.kind === "failed") throw new NetlinkError(doing, errorName(part.state.errno));
    if (part.state.kind === "done") return interrupted ? { again: "EINTR" } : { bodies };
  }
}

function send(socket: number, message: Uint8Array, doing: string): void {
  const { calls, errnoName } = openLibc();
  // No address: an unconnected netlink socket sends to the kernel.
  while (calls.sendto(socket, message, message.length, 0, null, 0) < 0) {
    const code = errnoName();
    if (code !== "EINTR") throw new NetlinkError(doing, code);
  }
}

function receivePart(conversation: Conversation, doing: string): ReplyPart | { readonly again: string } {
  const { calls, errnoName } = openLibc();
  const { socket, buffer, sequence } = conversation;
  for (;;) {
    const length = calls.recv(socket, buffer, buffer.length, truncateFlag);
    if (length > buffer.length) throw new NetlinkError(doing, "EMSGSIZE");
    if (length >= 0) return readReplyPart(buffer.subarray(0, length), sequence);
    const code = errnoName();
    if (code === "ENOBUFS") return { again: code };
    if (code !== "EINTR") throw new NetlinkError(doing, code === "EAGAIN" ? "ETIMEDOUT" : code);
  }
}
