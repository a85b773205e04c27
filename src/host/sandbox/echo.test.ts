// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { checksumOf, decodeEchoAnswer, encodeEchoRequest, encodeSocketAddress } from "./echo.ts";

const uint16 = fc.integer({ min: 0, max: 0xffff });
const echoes = fc.record({ identifier: uint16, sequence: uint16 });
const ipHeader = [0x45, ...new Array<number>(19).fill(0)];

test("an answer carries what the request did", () => {
  fc.assert(
    fc.property(echoes, (echo) => {
      const answer4 = encodeEchoRequest("ipv4", echo);
      answer4[0] = 0;
      expect(decodeEchoAnswer("ipv4", Uint8Array.of(...ipHeader, ...answer4))).toEqual(echo);
      const answer6 = encodeEchoRequest("ipv6", echo);
      answer6[0] = 129;
      expect(decodeEchoAnswer("ipv6", answer6)).toEqual(echo);
    }),
  );
});

test("an IPv4 request with its checksum sums up to nothing, as RFC 1071 wants it", () => {
  fc.assert(fc.property(echoes, (echo) => expect(checksumOf(encodeEchoRequest("ipv4", echo))).toBe(0)));
  expect(checksumOf(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7))).toBe(0x220d);
  expect(checksumOf(Uint8Array.of(0xff))).toBe(0x00ff);
});

test("requests, other messages and scraps are no answers", () => {
  const request = encodeEchoRequest("ipv4", { identifier: 1, sequence: 2 });
  expect(decodeEchoAnswer("ipv4", Uint8Array.of(...ipHeader, ...request))).toBeUndefined();
  expect(decodeEchoAnswer("ipv6", Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0))).toBeUndefined();
  expect(decodeEchoAnswer("ipv4", new Uint8Array())).toBeUndefined();
  expect(decodeEchoAnswer("ipv6", Uint8Array.of(129, 0, 0))).toBeUndefined();
});

test("socket addresses", () => {
  expect(Buffer.from(encodeSocketAddress("ipv4", "10.0.0.1")).toString("hex")).toBe(
    "020000000a0000010000000000000000",
  );
  const six = Buffer.from(encodeSocketAddress("ipv6", "fd00::1")).toString("hex");
  expect(six).toBe("0a00000000000000fd00000000000000000000000000000100000000");
});
