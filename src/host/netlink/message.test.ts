// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { joinBytes } from "./bytes.ts";
import { decodeMessages, encodeMessage } from "./message.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
const uint16 = fc.integer({ min: 0, max: 0xffff });

test("messages in one datagram come back as they were", () => {
  const message = fc.record({
    type: uint16,
    flags: uint16,
    sequence: fc.nat(),
    body: bytes.map((body) => body.subarray(0, body.length & ~3)),
  });
  fc.assert(
    fc.property(fc.array(message), (messages) => {
      expect(decodeMessages(joinBytes(messages.map(encodeMessage)))).toEqual(messages);
    }),
  );
});

test("any bytes are read or refused, and reading ends", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
      try {
        expect(decodeMessages(noise).length).toBeLessThanOrEqual(noise.length / 4);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});
