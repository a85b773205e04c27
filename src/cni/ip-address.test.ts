// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { defaultRouteFamily, formatIp, type IpFamily, isSameIp, parseCidr, parseIp } from "./ip-address.ts";

test.each([
  ["0.0.0.0", "0.0.0.0"],
  ["255.255.255.255", "255.255.255.255"],
  ["::", "::"],
  ["::1", "::1"],
  ["1::", "1::"],
  ["FD00:0:0:20::0003", "fd00:0:0:20::3"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ["1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"],
  ["::ffff:10.1.2.3", "10.1.2.3"],
  ["64:ff9b::10.1.2.3", "64:ff9b::a01:203"],
  ["1:2:3:4:5:6:10.0.0.1", "1:2:3:4:5:6:a00:1"],
])("%s is the address %s", (text, expected) => {
  const address = parseIp(text);
  expect(address && formatIp(address)).toBe(expected);
});

test.each([
  "",
  "10.1.1",
  "010.0.0.1",
  "10.0.0.01",
  "1.2.3.256",
  "1.2.3.4.5",
  " 1.2.3.4",
  "1.2.3.4 ",
  "1.2.3.+4",
  "0x1.2.3.4",
  "1.2.3.4/24",
  ":",
  ":::",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7:8::",
  ":1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:",
  "10.0.0.1\n",
  "1:2:3:4::5:6:7:8",
  "1::2::3",
  "12345::",
  "fe80::1%eth0",
  "1.2.3.4::",
  "::1.2.3",
  "::01.2.3.4",
  "1:2:3:4:5:6:7:1.2.3.4",
  "g::",
])("%p is no address", (text) => {
  expect(parseIp(text)).toBeUndefined();
});

test.each([
  ["10.1.2.3/24", 24],
  ["10.1.2.3/0", 0],
  ["10.1.2.3/32", 32],
  ["fd00::1/128", 128],
  ["::ffff:10.0.0.1/120", 24],
])("%s has the prefix length %d", (text, prefixLength) => {
  expect(parseCidr(text)?.prefixLength).toBe(prefixLength);
});

test.each([
  "10.1.2.3",
  "10.1.2.3/",
  "10.1.2.3/33",
  "10.1.2.3/024",
  "10.1.2.3/+1",
  "10.1.2.3/1/2",
  "10.1.2.3/-1",
  "fd00::/129",
  "010.1.1.1/8",
  "::ffff:10.0.0.1/24",
])("%p is no CIDR", (text) => {
  expect(parseCidr(text)).toBeUndefined();
});

test.each([
  ["0.0.0.0/0", "ipv4"],
  ["::/0", "ipv6"],
  ["0:0::0/0", "ipv6"],
  ["10.0.0.0/8", undefined],
  ["10.0.0.0/0", undefined],
  ["", undefined],
])("%p is a default route of %p", (destination, family) => {
  expect(defaultRouteFamily(destination)).toBe(family as IpFamily | undefined);
});

const ipv4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value) => ({ family: "ipv4", value }) as const);
/** Beyond the IPv4-mapped block, whose addresses are IPv4. */
const ipv6 = fc
  .bigInt({ min: 0n, max: 2n ** 128n - 1n })
  .filter((value) => value >> 32n !== 0xffffn)
  .map((value) => ({ family: "ipv6", value }) as const);

test("an address written and read is the same address", () => {
  fc.assert(
    fc.property(fc.oneof(ipv4, ipv6), (address) => {
      expect(parseIp(formatIp(address))).toEqual(address);
    }),
  );
});

test("every way to write an IPv6 address names the same one", () => {
  fc.assert(
    fc.property(ipv6, ({ value }) => {
      const full = Array.from({ length: 8 }, (_, index) =>
        ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16).padStart(4, "0").toUpperCase(),
      ).join(":");
      expect(isSameIp(full, `${formatIp({ family: "ipv6", value })}/64`)).toBe(true);
    }),
  );
});

test("IPv6 text agrees with the URL standard", () => {
  fc.assert(
    fc.property(ipv6.map(formatIp), (text) => {
      expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
    }),
  );
});

test("no text makes the parsers throw, and what they accept they can write", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\da-fA-F:./]{0,45}$/)), (text) => {
      const address = parseIp(text);
      if (address !== undefined) expect(isSameIp(formatIp(address), text)).toBe(true);
      parseCidr(text);
    }),
  );
});
