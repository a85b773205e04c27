// SPDX-License-Identifier: Apache-2.0
import { joinBytes, padded, viewOf } from "./bytes.ts";

/**
 * One attribute of a netlink message: a type and its bytes, as RFC 3549 section 2.2 and linux/netlink.h lay
 * them out.
 */
export interface Attribute {
  /** With its flag bits (nested, network byte order) as they came, so that it can be sent back unchanged. */
  readonly type: number;
  readonly value: Uint8Array;
}

const headerLength = 4;
const typeMask = 0x3fff;
const nestedFlag = 0x8000;

/** Attributes one after another, each padded to four bytes. */
export function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  return joinBytes(
    attributes.map(({ type, value }) => {
      const bytes = new Uint8Array(padded(headerLength + value.length));
      viewOf(bytes).setUint16(0, headerLength + value.length, true);
      viewOf(bytes).setUint16(2, type, true);
      bytes.set(value, headerLength);
      return bytes;
    }),
  );
}

/** The attributes in `bytes`; throws a RangeError for a length that cannot be. */
export function decodeAttributes(bytes: Uint8Array): readonly Attribute[] {
  const attributes: Attribute[] = [];
  for (let offset = 0; offset + headerLength <= bytes.length; ) {
    const view = viewOf(bytes.subarray(offset));
    const length = view.getUint16(0, true);
    if (length < headerLength || offset + length > bytes.length) {
      throw new RangeError(`reading a netlink attribute: length ${length} at ${offset} of ${bytes.length}`);
    }
    attributes.push({
      type: view.getUint16(2, true),
      value: bytes.slice(offset + headerLength, offset + length),
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
