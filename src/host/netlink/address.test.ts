// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeAddress, encodeAddress, type LinkAddress } from "./address.ts";
import { decodeIp, encodeIp } from "./address-text.ts";
import { encodeAttributes } from "./attributes.ts";

const cidrs = fc.oneof(
  fc.tuple(
    fc.constant("ipv4" as const),
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.integer({ min: 0, max: 32 }),
  ),
  fc.tuple(
    fc.constant("ipv6" as const),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.integer({ min: 0, max: 128 }),
  ),
);

const addresses: fc.Arbitrary<LinkAddress> = fc
  .tuple(cidrs, fc.nat(), fc.constantFrom(0, 253, 254))
  .map(([[family, bytes, length], link, scope]) => ({
    family,
    link,
    scope,
    cidr: `${decodeIp(bytes)}/${length}`,
  }));

test("an address comes back as it was", () => {
  fc.assert(
    fc.property(addresses, (address) => expect(decodeAddress(encodeAddress(address))).toEqual(address)),
  );
});

test("on a point-to-point link the own address counts, not the peer's", () => {
  const attributes = encodeAttributes([
    { type: 1, value: encodeIp("10.0.0.2") },
    { type: 2, value: encodeIp("10.0.0.1") },
  ]);
  const body = Uint8Array.of(2, 32, 0, 0, 5, 0, 0, 0, ...attributes);
  expect(decodeAddress(body)?.cidr).toBe("10.0.0.1/32");
});

test("families other than IP are skipped", () => {
  expect(decodeAddress(Uint8Array.of(7, 0, 0, 0, 1, 0, 0, 0))).toBeUndefined();
});
