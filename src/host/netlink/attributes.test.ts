// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  decodeAttributes,
  encodeAttributes,
  findNumber,
  findText,
  nestedAttribute,
  numberAttribute,
  textAttribute,
} from "./attributes.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
const uint16 = fc.integer({ min: 0, max: 0xffff });

test("attributes come back as they were", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ type: uint16, value: bytes })), (attributes) => {
      const encoded = encodeAttributes(attributes);
      expect(encoded.length % 4).toBe(0);
      expect(decodeAttributes(encoded)).toEqual(attributes);
    }),
  );
});

test("any bytes are read or refused, and reading ends", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
      try {
        expect(decodeAttributes(noise).length).toBeLessThanOrEqual(noise.length / 4);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

test("an attribute's bytes are those of linux/netlink.h", () => {
  const encoded = encodeAttributes([textAttribute(3, "lo"), numberAttribute(4, 0x01020304)]);
  expect(Buffer.from(encoded).toString("hex")).toBe("070003006c6f0000" + "0800040004030201");
  const attributes = decodeAttributes(encoded);
  expect(findText(attributes, 3)).toBe("lo");
  expect(findNumber(attributes, 4)).toBe(0x01020304);
  expect(findNumber(attributes, 5)).toBeUndefined();
});

test("nested attributes have the flag that the kernel wants", () => {
  const nested = nestedAttribute(18, [numberAttribute(1, 4)]);
  expect(nested.type).toBe(0x8000 | 18);
  expect(findNumber(decodeAttributes(nested.value), 1)).toBe(4);
});
