// SPDX-License-Identifier: Apache-2.0

/**
 * One field as it stands in the bytes: numbers of wire types 0, 1 and 5 as unsigned `bigint`, wire type 2 as
 * bytes.
 */
export interface WireRecord {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * The bytes of `value` as a base-128 varint; a negative one as its 64-bit two's complement, as proto3's int32
 * and int64 are.
 */
export function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** A whole field of wire type 0 (varint) or 2 (bytes), tag first. Source: protobuf.dev, "Encoding". */
export function writeRecord(record: WireRecord): Uint8Array {
  const { number, value } = record;
  const type = typeof value === "bigint" ? wireType.varint : wireType.bytes;
  const tag = varint(BigInt(number * 8 + type));
  if (typeof value === "bigint") return join([tag, varint(value)]);
  return join([tag, varint(BigInt(value.length)), value]);
}

/**
 * All fields of a message in the order of the bytes. Throws when the bytes end inside a field or hold a
 * group.
 */
export function readRecords(bytes: Uint8Array): readonly WireRecord[] {
  const records: WireRecord[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const tag = readVarint(bytes, offset);
    const read = readValue(bytes, tag.end, Number(tag.value & 7n));
    records.push({ number: Number(tag.value >> 3n), value: read.value });
    offset = read.end;
  }
  return records;
}

/** One piece of memory out of many. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

interface Read<T> {
  readonly value: T;
  readonly end: number;
}

function readValue(bytes: Uint8Array, offset: number, type: number): Read<bigint | Uint8Array> {
  switch (type) {
    case wireType.varint:
      return readVarint(bytes, offset);
    case wireType.bytes: {
      const length = readVarint(bytes, offset);
      return readSlice(bytes, length.end, Number(length.value));
    }
    case wireType.fixed64:
      return littleEndian(readSlice(bytes, offset, 8));
    case wireType.fixed32:
      return littleEndian(readSlice(bytes, offset, 4));
    default:
      throw new Error(`reading a protobuf message: wire type ${type} before byte ${offset} is not supported`);
  }
}

function readVarint(bytes: Uint8Array, offset: number): Read<bigint> {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[offset + index];
    if (byte === undefined)
      throw new Error(`reading a protobuf message: it ends in a number, at byte ${offset}`);
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: offset + index + 1 };
  }
  throw new Error(`reading a protobuf message: the number at byte ${offset} is longer than 10 bytes`);
}

function readSlice(bytes: Uint8Array, offset: number, length: number): Read<Uint8Array> {
  const end = offset + length;
  if (end > bytes.length) {
    throw new Error(
      `reading a protobuf message: byte ${offset} announces ${length} bytes, ${bytes.length - offset} are there`,
    );
  }
  return { value: bytes.slice(offset, end), end };
}

function littleEndian(read: Read<Uint8Array>): Read<bigint> {
  const value = read.value.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { value, end: read.end };
}
