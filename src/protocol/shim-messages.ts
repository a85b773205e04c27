// SPDX-License-Identifier: Apache-2.0
import { type FieldReader, ProtocolError, readFields, writeFields } from "./fields.ts";
import { encodeFrame, type Frame } from "./frames.ts";
import { magic } from "./limits.ts";
import { type ShimMessage, type StepEnding, type StepEndingKind, stepEndingKinds } from "./messages.ts";

const types = { greeting: 1, request: 2, sweep: 3, "step-ended": 4, cancel: 5 } as const satisfies Record<
  ShimMessage["kind"],
  number
>;

/** A message of the shim as a frame. */
export function encodeShimMessage(message: ShimMessage): Uint8Array {
  return encodeFrame(types[message.kind], fieldsOf(message));
}

function fieldsOf(message: ShimMessage): Uint8Array {
  const fields = writeFields();
  switch (message.kind) {
    case "greeting":
      for (const letter of magic) fields.byte(letter.charCodeAt(0));
      return fields.number(message.lowest).number(message.highest).text(message.software).finish();
    case "request":
      return fields.number(message.patienceMs).texts(message.environment).bytes(message.stdin).finish();
    case "sweep":
      return fields.number(message.patienceMs).texts(message.searchDirs).finish();
    case "step-ended":
      return putEnding(message.id, message.ending);
    case "cancel":
      return fields.finish();
  }
}

function putEnding(id: number, ending: StepEnding): Uint8Array {
  return writeFields()
    .number(id)
    .byte(stepEndingKinds[ending.kind])
    .number(ending.number)
    .number(ending.microseconds)
    .text(ending.path)
    .bytes(ending.output)
    .bytes(ending.errors)
    .finish();
}

/** The message in a frame of the shim; throws a ProtocolError for one that cannot be. */
export function decodeShimMessage(frame: Frame): ShimMessage {
  const fields = readFields(frame.fields);
  const message = readMessage(frame.type, fields);
  fields.end();
  return message;
}

function readMessage(type: number, fields: FieldReader): ShimMessage {
  switch (type) {
    case types.greeting:
      return readGreeting(fields);
    case types.request:
      return {
        kind: "request",
        patienceMs: fields.number(),
        environment: fields.texts(),
        stdin: fields.bytes(),
      };
    case types.sweep:
      return { kind: "sweep", patienceMs: fields.number(), searchDirs: fields.texts() };
    case types["step-ended"]:
      return { kind: "step-ended", id: fields.number(), ending: readEnding(fields) };
    case types.cancel:
      return { kind: "cancel" };
    default:
      throw new ProtocolError(`a message of the unknown type ${type}`);
  }
}

function readGreeting(fields: FieldReader): ShimMessage {
  const letters = Array.from(magic, () => String.fromCharCode(fields.byte())).join("");
  if (letters !== magic) throw new ProtocolError(`a greeting that does not begin with ${magic}`);
  return { kind: "greeting", lowest: fields.number(), highest: fields.number(), software: fields.text() };
}

const kindsByNumber: ReadonlyMap<number, StepEndingKind> = new Map(
  Object.entries(stepEndingKinds).map(([kind, number]) => [number, kind as StepEndingKind]),
);

function readEnding(fields: FieldReader): StepEnding {
  const number = fields.byte();
  const kind = kindsByNumber.get(number);
  if (kind === undefined) throw new ProtocolError(`a step ended in the unknown way ${number}`);
  return {
    kind,
    number: fields.number(),
    microseconds: fields.number(),
    path: fields.text(),
    output: fields.bytes(),
    errors: fields.bytes(),
  };
}
