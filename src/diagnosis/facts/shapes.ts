// SPDX-License-Identifier: Apache-2.0
import * as v from "valibot";

// The pieces that the tables of facts are written with: each row is a type, a check of what is read back, and
// a line of the published JSON Schema.

type Piece = v.GenericSchema;
type Rows = Readonly<Record<string, Piece>>;

/** A string. */
export const text = (about: string) => v.pipe(v.string(), v.description(about));

/** A whole or broken number. */
export const number = (about: string) => v.pipe(v.number(), v.description(about));

/** True or false. */
export const flag = (about: string) => v.pipe(v.boolean(), v.description(about));

/** One of a few words. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(about: string, words: Words) =>
  v.pipe(v.picklist(words), v.description(about));

/** An absolute path of the host, as the host's own processes see it. */
export const hostPath = (about: string) => text(`Path of the host. ${about}`);

/** A point in time, RFC 3339. */
export const time = (about: string) => text(`Time, RFC 3339. ${about}`);

/** A list. */
export const list = <Item extends Piece>(about: string, item: Item) =>
  v.pipe(v.array(item), v.readonly(), v.description(about));

/** An object with exactly these keys. */
export const shape = <const Entries extends Rows>(about: string, entries: Entries) =>
  v.pipe(v.strictObject(entries), v.readonly(), v.description(about));

/** An object whose keys are data. */
export const mapOf = <Value extends Piece>(about: string, value: Value) =>
  v.pipe(v.record(v.string(), value), v.readonly(), v.description(about));

/** A key that may be absent. */
export const maybe = <Value extends Piece>(value: Value) => v.optional(value);
