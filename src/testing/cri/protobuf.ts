// SPDX-License-Identifier: Apache-2.0
import { join, readRecords, type WireRecord, writeRecord } from "./wire.ts";

/** How one field of a message is written and read. `In` is what an author gives, `Out` what a reader gets. */
export interface Field<Out, In = Out> {
  readonly number: number;
  /** What a message without the field reads as. */
  readonly absent: Out;
  /** No record at all for the value that `absent` stands for, as proto3 wants. */
  write(value: In): readonly WireRecord["value"][];
  /** The field's value after one more record of it. */
  read(before: Out, value: WireRecord["value"]): Out;
}

/** A message type: its fields by name. */
export type Shape = Readonly<Record<string, Field<unknown>>>;

/** A message as it is read: every field is there. */
export type Message<S extends Shape> = {
  readonly [K in keyof S]: S[K] extends Field<infer Out, infer _> ? Out : never;
};

/** A message as it is written: what is left out is not sent. */
export type Draft<S extends Shape> = {
  readonly [K in keyof S]?: S[K] extends Field<infer _, infer In> ? In : never;
};

/** The bytes of a message. */
export function encode<S extends Shape>(shape: S, draft: Draft<S>): Uint8Array {
  const records = Object.entries(shape).flatMap(([name, field]) => {
    const value = draft[name];
    if (value === undefined) return [];
    return field.write(value).map((written) => writeRecord({ number: field.number, value: written }));
  });
  return join(records);
}

/** The message that `bytes` hold; fields that `shape` does not name are skipped. Throws when the bytes are no message of this shape. */
export function decode<S extends Shape>(shape: S, bytes: Uint8Array): Message<S> {
  const byNumber = new Map(Object.entries(shape).map(([name, field]) => [field.number, { name, field }]));
  const values = new Map(Object.entries(shape).map(([name, field]) => [name, field.absent]));
  for (const { number, value } of readRecords(bytes)) {
    const known = byNumber.get(number);
    if (known !== undefined) values.set(known.name, known.field.read(values.get(known.name), value));
  }
  // Each value comes from the field of its name, whose `Out` is what Message<S> says.
  return Object.fromEntries(values) as Message<S>;
}

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder("utf-8", { fatal: true });

/** A `string`. */
export function text(number: number): Field<string> {
  return {
    number,
    absent: "",
    write: (value) => (value === "" ? [] : [textEncoder.encode(value)]),
    read: (_, value) => textOf(value),
  };
}

/** An integer or enum; reading throws where the number is not a safe integer. */
export function integer(number: number): Field<number> {
  return {
    number,
    absent: 0,
    write: (value) => (value === 0 ? [] : [BigInt(value)]),
    read: (_, value) => safeNumber(BigInt.asIntN(64, numberOf(value))),
  };
}

/** A `bool`. */
export function flag(number: number): Field<boolean> {
  return {
    number,
    absent: false,
    write: (value) => (value ? [1n] : []),
    read: (_, value) => numberOf(value) !== 0n,
  };
}

/** A `repeated string`. */
export function texts(number: number): Field<readonly string[]> {
  return {
    number,
    absent: [],
    write: (values) => values.map((value) => textEncoder.encode(value)),
    read: (before, value) => [...before, textOf(value)],
  };
}

/** A message inside a message; undefined where there is none. */
export function message<S extends Shape>(
  number: number,
  shape: S,
): Field<Message<S> | undefined, Draft<S> | undefined> {
  return {
    number,
    absent: undefined,
    write: (value) => (value === undefined ? [] : [encode(shape, value)]),
    read: (_, value) => decode(shape, bytesOf(value)),
  };
}

/** A `repeated` message. */
export function messages<S extends Shape>(
  number: number,
  shape: S,
): Field<readonly Message<S>[], readonly Draft<S>[]> {
  return {
    number,
    absent: [],
    write: (values) => values.map((value) => encode(shape, value)),
    read: (before, value) => [...before, decode(shape, bytesOf(value))],
  };
}

const mapEntry = { key: text(1), value: text(2) } satisfies Shape;

/** A `map<string, string>`; of two entries with one key the later counts. */
export function textMap(number: number): Field<Readonly<Record<string, string>>> {
  return {
    number,
    absent: {},
    write: (map) => Object.entries(map).map(([key, value]) => encode(mapEntry, { key, value })),
    read: (before, value) => {
      const entry = decode(mapEntry, bytesOf(value));
      return { ...before, [entry.key]: entry.value };
    },
  };
}

function bytesOf(value: WireRecord["value"]): Uint8Array {
  if (typeof value === "bigint")
    throw new Error(`reading a protobuf message: found the number ${value}, wanted bytes`);
  return value;
}

function textOf(value: WireRecord["value"]): string {
  const bytes = bytesOf(value);
  try {
    return textDecoder.decode(bytes);
  } catch (cause) {
    throw new Error("reading a protobuf message: found bytes that are no UTF-8, wanted text", { cause });
  }
}

function numberOf(value: WireRecord["value"]): bigint {
  if (typeof value !== "bigint") {
    throw new Error(`reading a protobuf message: found ${value.length} bytes, wanted a number`);
  }
  return value;
}

function safeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new Error(`reading a protobuf message: ${value} is no safe integer`);
  return number;
}
