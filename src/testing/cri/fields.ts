// SPDX-License-Identifier: Apache-2.0
import { type Draft, decode, encode, type Field, type Message, type Shape } from "./protobuf.ts";
import type { WireRecord } from "./wire.ts";

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
