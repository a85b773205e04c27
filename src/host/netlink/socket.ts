// SPDX-License-Identifier: Apache-2.0
import { openLibc } from "../libc.ts";
import { viewOf } from "./bytes.ts";
import { sequenceOf } from "./message.ts";
import { NetlinkError } from "./netlink-error.ts";
import { readReplyPart } from "./reply.ts";

/** An open rtnetlink socket; it stays in the network namespace in which it was opened. */
export interface NetlinkSocket {
  /**
   * Sends one message and gives the kernel's answer, datagram by datagram, up to its end; blocks meanwhile.
   * Throws a NetlinkError, ETIMEDOUT after five seconds without an answer.
   */
  exchange(message: Uint8Array): readonly Uint8Array[];
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

/** Opens an rtnetlink socket in this thread's network namespace; throws a NetlinkError. */
export function openNetlinkSocket(): NetlinkSocket {
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
  const buffer = new Uint8Array(receiveBytes);
  return {
    exchange: (message) => {
      send(socket, message);
      return receiveAnswer(socket, buffer, sequenceOf(message));
    },
    close: () => void calls.close(socket),
  };
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

const doing = "asking the kernel";

function send(socket: number, message: Uint8Array): void {
  const { calls, errnoName } = openLibc();
  // No address: an unconnected netlink socket sends to the kernel.
  while (calls.sendto(socket, message, message.length, 0, null, 0) < 0) {
    const code = errnoName();
    if (code !== "EINTR") throw new NetlinkError(doing, code);
  }
}

function receiveAnswer(socket: number, buffer: Uint8Array, sequence: number): readonly Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  for (;;) {
    const datagram = receive(socket, buffer);
    datagrams.push(datagram);
    if (readReplyPart(datagram, sequence).state.kind !== "more") return datagrams;
  }
}

function receive(socket: number, buffer: Uint8Array): Uint8Array {
  const { calls, errnoName } = openLibc();
  for (;;) {
    const length = calls.recv(socket, buffer, buffer.length, truncateFlag);
    if (length > buffer.length) throw new NetlinkError(doing, "EMSGSIZE");
    if (length >= 0) return buffer.slice(0, length);
    const code = errnoName();
    if (code !== "EINTR") throw new NetlinkError(doing, code === "EAGAIN" ? "ETIMEDOUT" : code);
  }
}
