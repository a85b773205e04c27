// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { oneLine } from "./one-line.ts";

test.each([
  ["", ""],
  ["  a\n\t b\r\n", "a b"],
  ["a\u0000\u001b[31mb", "a [31mb"],
  ["1234567890", "1234567890"],
  ["12345678901", "1234567..."],
  ["123456 78901", "123456..."],
  ["123456😀8901", "123456..."],
])("%j becomes %j in 10 characters", (text, line) => {
  expect(oneLine(text, 10)).toBe(line);
});

test("the line is one line and fits", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 3, max: 50 }), (text, limit) => {
      const line = oneLine(text, limit);
      expect(line.length).toBeLessThanOrEqual(limit);
      expect(line).not.toMatch(/\p{Cc}|^\s|\s$/u);
    }),
  );
});
