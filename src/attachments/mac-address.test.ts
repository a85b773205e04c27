// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseMac } from "./mac-address.ts";

test.each([
  ["02:00:00:00:40:10", "02:00:00:00:40:10"],
  ["0A-E8-D4-3B-26-16", "0a:e8:d4:3b:26:16"],
  ["0ae8.d43b.2616", "0a:e8:d4:3b:26:16"],
])("%s is the MAC %s", (text, expected) => {
  expect(parseMac(text)).toBe(expected);
});

test.each([
  "",
  "02:00:00:00:40",
  "02:00:00:00:40:1g",
  "2:0:0:0:40:10",
  "02:00:00-00:40:10",
  "020000004010",
  "02:00:00:00:40:10:11:12",
])("%p is no MAC", (text) => {
  expect(parseMac(text)).toBeUndefined();
});

test("a GUID is a hardware address of eight bytes", () => {
  expect(parseMac("C2:11:22:33:44:55:66:77", [8])).toBe("c2:11:22:33:44:55:66:77");
  expect(parseMac("c2:11:22:33:44:55", [8])).toBeUndefined();
});

test("what is read as a MAC is read as the same one again", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\da-fA-F:.-]{0,24}$/)), (text) => {
      const mac = parseMac(text);
      if (mac !== undefined) expect(parseMac(mac)).toBe(mac);
    }),
  );
});
