// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type AgentMessage,
  createFrameCutter,
  decodeAgentMessage,
  decodeShimMessage,
  encodeAgentMessage,
  encodeShimMessage,
  type Frame,
  limits,
  ProtocolError,
  type ShimMessage,
  type StepEndingKind,
  stepEndingKinds,
} from "./index.ts";

const text = fc.string({ unit: "grapheme", maxLength: 40 }).filter((value) => !value.includes("\0"));
const texts = fc.array(text, { maxLength: 6 });
const bytes = fc.uint8Array({ maxLength: 200 });
const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const kinds = Object.keys(stepEndingKinds) as StepEndingKind[];

const shimMessages: fc.Arbitrary<ShimMessage> = fc.oneof(
  fc.record({ kind: fc.constant("greeting" as const), lowest: number, highest: number, software: text }),
  fc.record({ kind: fc.constant("request" as const), patienceMs: number, environment: texts, stdin: bytes }),
  fc.record({ kind: fc.constant("sweep" as const), patienceMs: number, searchDirs: texts }),
  fc.record({
    kind: fc.constant("step-ended" as const),
    id: number,
    ending: fc.record({
      kind: fc.constantFrom(...kinds),
      number,
      microseconds: number,
      path: text,
      output: bytes,
      errors: bytes,
    }),
  }),
  fc.constant({ kind: "cancel" as const }),
);

const agentMessages: fc.Arbitrary<AgentMessage> = fc.oneof(
  fc.record({ kind: fc.constant("welcome" as const), version: number, software: text }),
  fc.record({ kind: fc.constant("refused" as const), reason: text }),
  fc.record({
    kind: fc.constant("run" as const),
    id: number,
    run: fc.record({ timeoutMs: number, plugin: text, searchDirs: texts, environment: texts, stdin: bytes }),
  }),
  fc.record({ kind: fc.constant("look" as const), id: number, plugin: text, searchDirs: texts }),
  fc.record({ kind: fc.constant("netlink" as const), id: number, netns: text, message: bytes }),
  fc.record({ kind: fc.constant("stop" as const), id: number }),
  fc.record({ kind: fc.constant("answer" as const), exitCode: number, stdout: bytes }),
);

const sides = [
  { side: "shim", messages: shimMessages, encode: encodeShimMessage, decode: decodeShimMessage },
  { side: "agent", messages: agentMessages, encode: encodeAgentMessage, decode: decodeAgentMessage },
] as const;

describe.each(sides as readonly { side: string }[])("messages of the $side", ({ side }) => {
  // The table's rows have two types of messages; each row fits itself.
  const row = sides.find((one) => one.side === side) as unknown as {
    messages: fc.Arbitrary<ShimMessage>;
    encode(message: ShimMessage): Uint8Array;
    decode(frame: Frame): ShimMessage;
  };

  test("come through any cutting of the stream as they were", () => {
    fc.assert(
      fc.property(fc.array(row.messages, { maxLength: 5 }), fc.infiniteStream(fc.nat(90)), (sent, sizes) => {
        const stream = Buffer.concat(sent.map(row.encode));
        const cut = createFrameCutter();
        const got: ShimMessage[] = [];
        for (let at = 0; at < stream.length; ) {
          const size = sizes.next().value + 1;
          got.push(...cut(stream.subarray(at, at + size)).map(row.decode));
          at += size;
        }
        expect(JSON.stringify(got)).toBe(JSON.stringify(sent));
      }),
    );
  });

  test("any change of a byte gives a message or a ProtocolError", () => {
    fc.assert(
      fc.property(row.messages, fc.nat(), fc.nat(255), (sent, where, value) => {
        const stream = row.encode(sent);
        stream[where % stream.length] = value;
        try {
          createFrameCutter()(stream).map(row.decode);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

test("a frame that is too long is refused before it has come, one without a type too", () => {
  const lengthField = (length: number) => new Uint8Array(new Uint32Array([length]).buffer);
  expect(() => createFrameCutter()(lengthField(limits.frameBytes + 1))).toThrow(ProtocolError);
  expect(() => createFrameCutter()(lengthField(0))).toThrow(ProtocolError);
  expect(createFrameCutter()(lengthField(limits.frameBytes))).toEqual([]);
  const answer = { kind: "answer", exitCode: 0, stdout: new Uint8Array(limits.frameBytes) } as const;
  expect(() => encodeAgentMessage(answer)).toThrow(ProtocolError);
});

test("the bytes are those of docs/protocol.md", () => {
  const rows: readonly (readonly [Uint8Array, string])[] = [
    [
      encodeShimMessage({ kind: "greeting", lowest: 1, highest: 2, software: "ab" }),
      "13000000 01 504c5253 01000000 02000000 02000000 6162",
    ],
    [
      encodeShimMessage({
        kind: "request",
        patienceMs: 1000,
        environment: ["CNI_COMMAND=ADD", "CNI_A=b"],
        stdin: Buffer.from("{}"),
      }),
      "27000000 02 e8030000 18000000 434e495f434f4d4d414e443d41444400 434e495f413d6200 02000000 7b7d",
    ],
    [encodeAgentMessage({ kind: "stop", id: 3 }), "05000000 86 03000000"],
    [
      encodeAgentMessage({ kind: "answer", exitCode: 1, stdout: Buffer.from("x") }),
      "0a000000 87 01000000 01000000 78",
    ],
  ];
  for (const [frame, hex] of rows) expect(Buffer.from(frame).toString("hex")).toBe(hex.replaceAll(" ", ""));
});
