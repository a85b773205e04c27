// SPDX-License-Identifier: Apache-2.0
import { type FieldReader, ProtocolError, readFields, writeFields } from "./fields.ts";
import { encodeFrame, type Frame } from "./frames.ts";
import type { AgentMessage } from "./messages.ts";

const types = {
  welcome: 129,
  refused: 130,
  run: 131,
  look: 132,
  netlink: 133,
  stop: 134,
  answer: 135,
} as const satisfies Record<AgentMessage["kind"], number>;

/** A message of the agent as a frame. */
export function encodeAgentMessage(message: AgentMessage): Uint8Array {
  return encodeFrame(types[message.kind], fieldsOf(message));
}

function fieldsOf(message: AgentMessage): Uint8Array {
  const fields = writeFields();
  switch (message.kind) {
    case "welcome":
      return fields.number(message.version).text(message.software).finish();
    case "refused":
      return fields.text(message.reason).finish();
    case "run":
      return fields
        .number(message.id)
        .number(message.run.timeoutMs)
        .text(message.run.plugin)
        .texts(message.run.searchDirs)
        .texts(message.run.environment)
        .bytes(message.run.stdin)
        .finish();
    case "look":
      return fields.number(message.id).text(message.plugin).texts(message.searchDirs).finish();
    case "netlink":
      return fields.number(message.id).text(message.netns).bytes(message.message).finish();
    case "stop":
      return fields.number(message.id).finish();
    case "answer":
      return fields.number(message.exitCode).bytes(message.stdout).finish();
  }
}

/** The message in a frame of the agent; throws a ProtocolError for one that cannot be. */
export function decodeAgentMessage(frame: Frame): AgentMessage {
  const fields = readFields(frame.fields);
  const message = readMessage(frame.type, fields);
  fields.end();
  return message;
}

function readMessage(type: number, fields: FieldReader): AgentMessage {
  switch (type) {
    case types.welcome:
      return { kind: "welcome", version: fields.number(), software: fields.text() };
    case types.refused:
      return { kind: "refused", reason: fields.text() };
    case types.run:
      return { kind: "run", id: fields.number(), run: readRun(fields) };
    case types.look:
      return { kind: "look", id: fields.number(), plugin: fields.text(), searchDirs: fields.texts() };
    case types.netlink:
      return { kind: "netlink", id: fields.number(), netns: fields.text(), message: fields.bytes() };
    case types.stop:
      return { kind: "stop", id: fields.number() };
    case types.answer:
      return { kind: "answer", exitCode: fields.number(), stdout: fields.bytes() };
    default:
      throw new ProtocolError(`a message of the unknown type ${type}`);
  }
}

function readRun(fields: FieldReader) {
  return {
    timeoutMs: fields.number(),
    plugin: fields.text(),
    searchDirs: fields.texts(),
    environment: fields.texts(),
    stdin: fields.bytes(),
  };
}
