// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeMac } from "./address-text.ts";
import { decodeLink, encodeLinkChange, encodeLinkQuery, encodeNewLink } from "./link.ts";

const changes = fc.record({
  up: fc.boolean(),
  name: fc.stringMatching(/^[a-z][a-z0-9.-]{0,14}$/),
  mac: fc.uint8Array({ minLength: 6, maxLength: 6 }).map(decodeMac),
  mtu: fc.integer({ min: 68, max: 65535 }),
  master: fc.nat(),
});

test("what is to be changed reads back as a link", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), changes, (index, change) => {
      expect(decodeLink(encodeLinkChange(index, change))).toMatchObject({ index, ...change });
    }),
  );
});

test("what is not to be changed is not in the message", () => {
  expect(encodeLinkChange(7, {})).toEqual(Uint8Array.of(0, 0, 0, 0, 7, ...new Array<number>(11).fill(0)));
});

test("a new link has kind, name and parent", () => {
  expect(decodeLink(encodeNewLink({ kind: "bridge", name: "br0" }))).toMatchObject({
    kind: "bridge",
    name: "br0",
  });
  const veth = decodeLink(encodeNewLink({ kind: "veth", name: "eth0", peer: "far" }));
  expect(veth).toMatchObject({ kind: "veth", name: "eth0", parent: undefined });
  const macvlan = decodeLink(encodeNewLink({ kind: "macvlan", name: "mac0", parent: 9 }));
  expect(macvlan).toMatchObject({ kind: "macvlan", name: "mac0", parent: 9 });
});

test("a query names the link", () => {
  expect(decodeLink(encodeLinkQuery("net1")).name).toBe("net1");
});
