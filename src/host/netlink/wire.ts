// SPDX-License-Identifier: Apache-2.0

/** One attribute of a netlink message: a type and its bytes, as RFC 3549 section 2.2 and linux/netlink.h lay them out. */
export interface Attribute {
  /** With its flag bits (nested, network byte order) as they came, so that it can be sent back unchanged. */
  readonly type: number;
  readonly value: Uint8Array;
}

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
const attributeHeaderLength = 4;
const typeMask = 0x3fff;
const nestedFlag = 0x8000;

const padded = (length: number): number => (length + 3) & ~3;

/** A view on `bytes`, which may be a part of a larger buffer. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `parts` one after another. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** A message in the byte order of this host, which is little endian on every machine that Plures is built for. */
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

/** Attributes one after another, each padded to four bytes. */
export function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  return joinBytes(
    attributes.map(({ type, value }) => {
      const bytes = new Uint8Array(padded(attributeHeaderLength + value.length));
      viewOf(bytes).setUint16(0, attributeHeaderLength + value.length, true);
      viewOf(bytes).setUint16(2, type, true);
      bytes.set(value, attributeHeaderLength);
      return bytes;
    }),
  );
}

/** The attributes in `bytes`; throws a RangeError for a length that cannot be. */
export function decodeAttributes(bytes: Uint8Array): readonly Attribute[] {
  const attributes: Attribute[] = [];
  for (let offset = 0; offset + attributeHeaderLength <= bytes.length; ) {
    const view = viewOf(bytes.subarray(offset));
    const length = view.getUint16(0, true);
    if (length < attributeHeaderLength || offset + length > bytes.length) {
      throw new RangeError(`reading a netlink attribute: length ${length} at ${offset} of ${bytes.length}`);
    }
    attributes.push({
      type: view.getUint16(2, true),
      value: bytes.slice(offset + attributeHeaderLength, offset + length),
    });
    offset += padded(length);
  }
  return attributes;
}

/** The value of the first attribute of `type`, flag bits left aside; undefined when there is none. */
export function findAttribute(attributes: readonly Attribute[], type: number): Uint8Array | undefined {
  return attributes.find((attribute) => attributeKind(attribute) === type)?.value;
}

/** The type of an attribute without its flag bits. */
export function attributeKind(attribute: Attribute): number {
  return attribute.type & typeMask;
}

/** An attribute that holds attributes. */
export function nestedAttribute(type: number, attributes: readonly Attribute[]): Attribute {
  return { type: type | nestedFlag, value: encodeAttributes(attributes) };
}

/** An attribute that holds an unsigned 32-bit number. */
export function numberAttribute(type: number, value: number): Attribute {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value, true);
  return { type, value: bytes };
}

/** An attribute that holds text, ended by a zero byte as the kernel wants it. */
export function textAttribute(type: number, text: string): Attribute {
  return { type, value: new TextEncoder().encode(`${text}\0`) };
}

/** The number in the first attribute of `type`; undefined when there is none. */
export function findNumber(attributes: readonly Attribute[], type: number): number | undefined {
  const value = findAttribute(attributes, type);
  return value !== undefined && value.length >= 4 ? viewOf(value).getUint32(0, true) : undefined;
}

/** The text in the first attribute of `type`; undefined when there is none. */
export function findText(attributes: readonly Attribute[], type: number): string | undefined {
  const value = findAttribute(attributes, type);
  return value === undefined ? undefined : new TextDecoder().decode(value).replace(/\0.*$/s, "");
}
