// SPDX-License-Identifier: Apache-2.0

/** A field of a protobuf message: its number, and its bytes where it has some. */
export interface Field {
  readonly number: number;
  readonly bytes: Uint8Array | undefined;
}

/** The messages in the fields of this number. Throws as `fieldsOf`. */
export function messagesAt(fields: readonly Field[], number: number): readonly (readonly Field[])[] {
  return bytesAt(fields, number).map(fieldsOf);
}

/** The texts in the fields of this number. */
export function textsAt(fields: readonly Field[], number: number): readonly string[] {
  return bytesAt(fields, number).map((bytes) => new TextDecoder().decode(bytes));
}

function bytesAt(fields: readonly Field[], number: number): readonly Uint8Array[] {
  return fields.flatMap((field) =>
    field.number === number && field.bytes !== undefined ? [field.bytes] : [],
  );
}

/** Wire types of protobuf that have a fixed length, in bytes. */
const fixedLengths: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/**
 * The fields of a protobuf message, in order, those of unknown numbers too. Throws a RangeError for bytes
 * that are no message.
 */
export function fieldsOf(message: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (at < message.length) {
    const tag = readVarint(message, at);
    const [number, wireType] = [Math.floor(tag.value / 8), tag.value % 8];
    at = tag.next;
    if (wireType === 0) {
      at = readVarint(message, at).next;
      fields.push({ number, bytes: undefined });
      continue;
    }
    const length = wireType === 2 ? readVarint(message, at) : { value: fixedLengths[wireType], next: at };
    if (length.value === undefined) throw new RangeError(`wire type ${wireType} at byte ${at} is not known`);
    const end = length.next + length.value;
    if (end > message.length) throw new RangeError(`field ${number} at byte ${at} ends after the message`);
    fields.push({ number, bytes: wireType === 2 ? message.subarray(length.next, end) : undefined });
    at = end;
  }
  return fields;
}

function readVarint(message: Uint8Array, start: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = start; at < start + 10; at++) {
    const byte = message[at];
    if (byte === undefined) throw new RangeError(`the number at byte ${start} ends after the message`);
    // Not with bit operations: those stop at 32 bits.
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw new RangeError(`the number at byte ${start} is too long`);
}
