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

/**
 * The message that `bytes` hold; fields that `shape` does not name are skipped. Throws when the bytes are no
 * message of this shape.
 */
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
