// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { flag, integer, message, messages, text, textMap, texts } from "./fields.ts";
import { decode, encode, type Shape } from "./protobuf.ts";

const point = { x: integer(1), y: integer(2) } satisfies Shape;
const drawing = {
  title: text(1),
  visible: flag(2),
  size: integer(3),
  tags: texts(4),
  origin: message(5, point),
  points: messages(6, point),
  labels: textMap(16),
} satisfies Shape;

const empty = { title: "", visible: false, size: 0, tags: [], origin: undefined, points: [], labels: {} };

/** Bytes by hand from the encoding's description: tag = number * 8 + wire type. */
const rows: readonly { name: string; draft: Parameters<typeof encode<typeof drawing>>[1]; hex: string }[] = [
  { name: "nothing", draft: {}, hex: "" },
  { name: "defaults, which are not sent", draft: { title: "", visible: false, size: 0, tags: [] }, hex: "" },
  { name: "text", draft: { title: "testing" }, hex: "0a0774657374696e67" },
  { name: "text beyond ASCII", draft: { title: "ü€" }, hex: "0a05c3bce282ac" },
  { name: "true", draft: { visible: true }, hex: "1001" },
  { name: "a number of two bytes", draft: { size: 150 }, hex: "189601" },
  { name: "a negative number", draft: { size: -2 }, hex: "18feffffffffffffffff01" },
  { name: "texts, empty ones too", draft: { tags: ["a", "", "b"] }, hex: "220161220022" + "0162" },
  { name: "an empty message", draft: { origin: {} }, hex: "2a00" },
  { name: "a message", draft: { origin: { x: 1, y: 2 } }, hex: "2a0408011002" },
  { name: "messages", draft: { points: [{ x: 1 }, {}] }, hex: "320208013200" },
  { name: "a map, with a tag of two bytes", draft: { labels: { k: "v" } }, hex: "8201060a016b120176" },
];

describe("protobuf", () => {
  test.each(rows)("writes and reads $name", ({ draft, hex }) => {
    expect(Buffer.from(encode(drawing, draft)).toString("hex")).toBe(hex);
    const origin = draft.origin === undefined ? undefined : { x: 0, y: 0, ...draft.origin };
    const points = (draft.points ?? []).map((given) => ({ x: 0, y: 0, ...given }));
    expect(decode(drawing, Buffer.from(hex, "hex"))).toEqual({ ...empty, ...draft, origin, points });
  });

  test.each([
    { name: "a varint", hex: "389601" },
    { name: "eight bytes", hex: "39" + "0102030405060708" },
    { name: "four bytes", hex: "3d01020304" },
    { name: "bytes", hex: "3a03aabbcc" },
  ])("skips an unknown field of $name", ({ hex }) => {
    expect(decode(drawing, Buffer.from(`${hex}1001`, "hex"))).toEqual({ ...empty, visible: true });
  });

  test.each([
    { name: "a tag cut off", hex: "80", says: "it ends in a number, at byte 0" },
    { name: "a text cut off", hex: "0a0574", says: "byte 2 announces 5 bytes, 1 are there" },
    { name: "an endless number", hex: `18${"ff".repeat(11)}`, says: "longer than 10 bytes" },
    { name: "a group", hex: "0b", says: "wire type 3 before byte 1 is not supported" },
    { name: "a number where text belongs", hex: "0801", says: "found the number 1, wanted bytes" },
    { name: "text where a number belongs", hex: "1a0161", says: "found 1 bytes, wanted a number" },
    {
      name: "a number beyond 2^53",
      hex: "18ffffffffffffffff7f",
      says: "9223372036854775807 is no safe integer",
    },
    { name: "text that is no UTF-8", hex: "0a01ff", says: "found bytes that are no UTF-8" },
  ])("refuses $name", ({ hex, says }) => {
    expect(() => decode(drawing, Buffer.from(hex, "hex"))).toThrow(says);
  });

  test("reads back whatever it wrote", () => {
    const anyPoint = fc.record({ x: fc.maxSafeInteger(), y: fc.maxSafeInteger() });
    const anyDrawing = fc.record({
      title: fc.string({ unit: "grapheme" }),
      visible: fc.boolean(),
      size: fc.maxSafeInteger(),
      tags: fc.array(fc.string()),
      origin: fc.option(anyPoint, { nil: undefined }),
      points: fc.array(anyPoint),
      labels: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(anyDrawing, (value) => {
        expect(decode(drawing, encode(drawing, value))).toEqual(value);
      }),
    );
  });

  test("ends with a message or a sentence on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const outcome = decodeOrExplain(bytes);
        if (typeof outcome === "string") expect(outcome).toStartWith("reading a protobuf message: ");
        else expect(Object.keys(outcome).sort()).toEqual(Object.keys(empty).sort());
      }),
    );
  });
});

function decodeOrExplain(bytes: Uint8Array) {
  try {
    return decode(drawing, bytes);
  } catch (error) {
    return error instanceof Error ? error.message : "not an Error";
  }
}
