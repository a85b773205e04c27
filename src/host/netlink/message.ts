// SPDX-License-Identifier: Apache-2.0
import { padded, viewOf } from "./bytes.ts";

/** One netlink message without its length, which follows from the body. */
export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** Flags of a netlink message (linux/netlink.h). */
export const messageFlags = {
  request: 0x1,
  multi: 0x2,
  ack: 0x4,
  dumpInterrupted: 0x10,
  dump: 0x300,
  exclusive: 0x200,
  create: 0x400,
  append: 0x800,
} as const;

const headerLength = 16;

/**
 * A message in the byte order of this host, which is little endian on every machine that Plures is built for.
 */
export function encodeMessage({ type, flags, sequence, body }: Message): Uint8Array {
  const bytes = new Uint8Array(headerLength + body.length);
  const view = viewOf(bytes);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint32(8, sequence, true);
  bytes.set(body, headerLength);
  return bytes;
}

/** The sequence number of an encoded message. */
export function sequenceOf(message: Uint8Array): number {
  return viewOf(message).getUint32(8, true);
}

/** The messages of one datagram; throws a RangeError for a length that cannot be. */
export function decodeMessages(datagram: Uint8Array): readonly Message[] {
  const messages: Message[] = [];
  for (let offset = 0; offset + headerLength <= datagram.length; ) {
    const view = viewOf(datagram.subarray(offset));
    const length = view.getUint32(0, true);
    if (length < headerLength || offset + length > datagram.length) {
      throw new RangeError(`reading a netlink message: length ${length} at ${offset} of ${datagram.length}`);
    }
    messages.push({
      type: view.getUint16(4, true),
      flags: view.getUint16(6, true),
      sequence: view.getUint32(8, true),
      body: datagram.slice(offset + headerLength, offset + length),
    });
    offset += padded(length);
  }
  return messages;
}
