// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { familyOfCidr, familyOfIp } from "./ip-text.ts";

test.each([
  ["10.0.0.1", 4],
  ["255.255.255.255", 4],
  ["010.0.0.1", undefined],
  ["256.0.0.1", undefined],
  ["10.0.0", undefined],
  ["10.0.0.1.2", undefined],
  [" 10.0.0.1", undefined],
  ["10.0.0.1\n", undefined],
  ["", undefined],
  ["::", 6],
  ["::1", 6],
  ["fe80::", 6],
  ["2001:DB8::1", 6],
  ["1:2:3:4:5:6:7:8", 6],
  ["1:2:3:4:5:6:7::", 6],
  ["1:2:3:4:5:6:10.0.0.1", 6],
  ["::ffff:10.0.0.1", 6],
  ["10.0.0.1::", undefined],
  ["1:2:3:4:5:6:7:8::", undefined],
  ["1:2:3:4:5:6:7", undefined],
  ["1::2::3", undefined],
  [":::", undefined],
  [":1:2:3:4:5:6:7", undefined],
  ["1:2:3:4:5:6:7:", undefined],
  ["12345::", undefined],
  ["fe80::1%eth0", undefined],
  ["g::", undefined],
])("the family of %j is %p", (text, family) => {
  expect<number | undefined>(familyOfIp(text)).toBe(family);
});

test.each([
  ["10.0.0.0/8", 4],
  ["0.0.0.0/0", 4],
  ["10.0.0.0/32", 4],
  ["10.0.0.0/33", undefined],
  ["10.0.0.0/08", undefined],
  ["10.0.0.0", undefined],
  ["10.0.0.0/", undefined],
  ["10.0.0.0/-1", undefined],
  ["10.0.0.0/8/8", undefined],
  ["::/0", 6],
  ["fd00::/128", 6],
  ["fd00::/129", undefined],
])("the family of the network %j is %p", (text, family) => {
  expect<number | undefined>(familyOfCidr(text)).toBe(family);
});

test("every address has its family", () => {
  fc.assert(fc.property(fc.ipV4(), (text) => expect(familyOfIp(text)).toBe(4)));
  fc.assert(fc.property(fc.ipV6(), (text) => expect(familyOfIp(text)).toBe(6)));
});
