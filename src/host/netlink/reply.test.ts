// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { joinBytes } from "./bytes.ts";
import { encodeMessage, type Message } from "./message.ts";
import { readReplyPart } from "./reply.ts";

const number = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);
const message = (type: number, changes: Partial<Message> = {}): Message => ({
  type,
  flags: 0,
  sequence: 5,
  body: Uint8Array.of(1, 2, 3, 4),
  ...changes,
});
const multi = { flags: 2 };
const more = { kind: "more" };
const done = { kind: "done" };

const rows: readonly (readonly [string, readonly Message[], object])[] = [
  ["one object", [message(16)], { bodies: 1, state: done }],
  ["part of a list", [message(24, multi), message(24, multi)], { bodies: 2, state: more }],
  [
    "end of a list",
    [message(24, multi), message(3, { ...multi, body: number(0) })],
    { bodies: 1, state: done },
  ],
  ["end of a list without number", [message(3, { ...multi, body: new Uint8Array() })], { state: done }],
  [
    "a list that fails at its end",
    [message(3, { ...multi, body: number(-4) })],
    { state: { kind: "failed", errno: 4 } },
  ],
  ["done", [message(2, { body: number(0) })], { state: done }],
  ["refused", [message(2, { body: number(-17) })], { state: { kind: "failed", errno: 17 } }],
  ["nothing", [message(1)], { bodies: 0, state: more }],
  [
    "somebody else's",
    [message(16, { sequence: 4 }), message(2, { sequence: 4, body: number(-1) })],
    { bodies: 0, state: more },
  ],
  ["changed meanwhile", [message(24, { flags: 2 | 0x10 })], { bodies: 1, state: more, interrupted: true }],
];

test.each(rows)("a part of an answer: %s", (_, messages, expected) => {
  const { bodies, state, interrupted } = readReplyPart(joinBytes(messages.map(encodeMessage)), 5);
  const seen = { bodies: bodies.length, state, interrupted };
  expect(seen).toMatchObject({ interrupted: false, ...expected });
});
