// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeIp, decodeMac, encodeIp, encodeMac, familyOf } from "./address-text.ts";

const rows: readonly (readonly [string, string, string])[] = [
  ["0.0.0.0", "00000000", "0.0.0.0"],
  ["192.168.20.255", "c0a814ff", "192.168.20.255"],
  ["::", "00000000000000000000000000000000", "::"],
  ["::1", "00000000000000000000000000000001", "::1"],
  ["FD00:0020::0001", "fd002000000000000000000000000001".replace("2000", "0020"), "fd00:20::1"],
  ["2001:db8:0:1:0:0:0:1", "20010db8000000010000000000000001", "2001:db8:0:1::1"],
  ["1:0:2:3:4:5:6:7", "00010000000200030004000500060007", "1:0:2:3:4:5:6:7"],
  ["::ffff:192.0.2.1", "00000000000000000000ffffc0000201", "::ffff:c000:201"],
  ["fe80::", "fe800000000000000000000000000000", "fe80::"],
];

test.each(rows)("%s is %s and reads %s", (text, hex, back) => {
  expect(Buffer.from(encodeIp(text)).toString("hex")).toBe(hex);
  expect(decodeIp(Buffer.from(hex, "hex"))).toBe(back);
});

test.each(["", "10.0.0.1/24", "010.0.0.1", "1.2.3", "fe80::1%eth0", "::g", "1::2::3"])(
  "%p is no address",
  (text) => {
    expect(familyOf(text)).toBeUndefined();
    expect(() => encodeIp(text)).toThrow(TypeError);
  },
);

test("every address comes back as it was", () => {
  const addresses = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc
      .array(fc.constantFrom(0, 0, 1, 255), { minLength: 16, maxLength: 16 })
      .map((all) => Uint8Array.from(all)),
  );
  fc.assert(fc.property(addresses, (bytes) => expect(encodeIp(decodeIp(bytes))).toEqual(bytes)));
});

test("bytes of another length are no address", () => {
  expect(() => decodeIp(new Uint8Array(6))).toThrow(RangeError);
});

test("hardware addresses", () => {
  expect(decodeMac(encodeMac("0A:58:0a:2A:00:05"))).toBe("0a:58:0a:2a:00:05");
  for (const text of ["", "0a", "0a:58:0", "0a-58-0a-2a-00-05", "zz:58:0a:2a:00:05"]) {
    expect(() => encodeMac(text)).toThrow(TypeError);
  }
});
