// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { IpFamily } from "../../cni/index.ts";
import { decodeIp } from "./address-text.ts";
import type { NextHop } from "./next-hop.ts";
import { decodeRoute, encodeRoute, encodeRouteDump, isDefaultRoute, type Route } from "./route.ts";

const byte = fc.integer({ min: 0, max: 255 });

const addressOf = (family: IpFamily) =>
  fc
    .array(byte, { minLength: family === "ipv4" ? 4 : 16, maxLength: family === "ipv4" ? 4 : 16 })
    .map((bytes) => decodeIp(Uint8Array.from(bytes)));

const unknownAttributes = fc.array(
  fc.record({ type: fc.constantFrom(7, 8, 20, 0x8000 | 8), value: fc.uint8Array({ maxLength: 9 }) }),
  { maxLength: 2 },
);

const hopOf = (family: IpFamily): fc.Arbitrary<NextHop> =>
  fc.record({
    link: fc.integer({ min: 1, max: 1e6 }),
    gateway: fc.option(fc.oneof(addressOf(family), addressOf("ipv6")), { nil: undefined }),
    weight: fc.integer({ min: 1, max: 256 }),
    onlink: fc.boolean(),
    rest: unknownAttributes,
  });

/** One next hop has neither weight nor attributes of its own. */
const hopsOf = (family: IpFamily) =>
  fc
    .array(hopOf(family), { minLength: 1, maxLength: 4 })
    .map((hops) => (hops.length > 1 ? hops : hops.map((hop) => ({ ...hop, weight: 1, rest: [] }))));

const destinationOf = (family: IpFamily) =>
  fc.oneof(
    fc.constant(family === "ipv4" ? "0.0.0.0/0" : "::/0"),
    fc
      .tuple(addressOf(family), fc.integer({ min: 1, max: family === "ipv4" ? 32 : 128 }))
      .map(([address, length]) => `${address}/${length}`),
  );

const routes: fc.Arbitrary<Route> = fc.constantFrom<IpFamily[]>("ipv4", "ipv6").chain((family) =>
  fc.record({
    family: fc.constant(family),
    destination: destinationOf(family),
    table: fc.integer({ min: 1, max: 0xffffffff }),
    protocol: byte,
    scope: byte,
    type: byte,
    tos: byte,
    metric: fc.integer({ min: 0, max: 0xffffffff }),
    cloned: fc.boolean(),
    nextHops: hopsOf(family),
    rest: unknownAttributes,
  }),
);

test("a route comes back as it was", () => {
  fc.assert(fc.property(routes, (route) => expect(decodeRoute(encodeRoute(route))).toEqual(route)));
});

const plain: Route = {
  family: "ipv4",
  destination: "0.0.0.0/0",
  table: 254,
  protocol: 3,
  scope: 0,
  type: 1,
  tos: 0,
  metric: 0,
  cloned: false,
  nextHops: [{ link: 2, gateway: "10.42.0.1", weight: 1, onlink: false, rest: [] }],
  rest: [],
};

// What `ip route add default via 10.42.0.1 dev <2>` sends, after the message header.
const plainHex =
  "02000000fe030001" + "00000000" + "08000f00fe000000" + "0800040002000000" + "080005000a2a0001";

test("a route's bytes are those of linux/rtnetlink.h", () => {
  expect(Buffer.from(encodeRoute(plain)).toString("hex")).toBe(plainHex);
  expect(decodeRoute(Buffer.from(plainHex, "hex"))).toEqual(plain);
});

test("what the kernel tells of age and use is left out, what it tells of state too", () => {
  const body = Buffer.from(`${plainHex}08000c0001020304`, "hex");
  body[8] = 0x10;
  expect(decodeRoute(body)).toEqual(plain);
});

test("a route of a next hop object is sent back by the object's number alone", () => {
  const byObject = { ...plain, rest: [{ type: 30, value: Uint8Array.of(7, 0, 0, 0) }] };
  expect(Buffer.from(encodeRoute(byObject)).toString("hex")).toBe(`${plainHex.slice(0, 40)}08001e0007000000`);
});

test("a dump request names the family, other families are skipped", () => {
  expect(encodeRouteDump("ipv6")[0]).toBe(10);
  const multicast = encodeRoute(plain);
  multicast[0] = 128;
  expect(decodeRoute(multicast)).toBeUndefined();
});

const defaults: readonly (readonly [string, Partial<Route>, boolean])[] = [
  ["to anywhere", {}, true],
  ["to anywhere, IPv6", { family: "ipv6", destination: "::/0" }, true],
  ["a network", { destination: "10.0.0.0/8" }, false],
  ["half of everything", { destination: "0.0.0.0/1" }, false],
  ["another table", { table: 100 }, false],
  ["unreachable", { type: 7 }, false],
  ["cloned", { cloned: true }, false],
];

test.each(defaults)("what a default route is: %s", (_, change, expected) => {
  expect(isDefaultRoute({ ...plain, ...change })).toBe(expected);
});
