// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { carryNetlink } from "./carry-netlink.ts";
import { testNamespace } from "./namespace-testbed.ts";
import { encodeLinkDump } from "./netlink/link.ts";
import { decodeMessages, encodeMessage, messageFlags } from "./netlink/message.ts";

const { request, dump } = messageFlags;
const links = (flags: number): Uint8Array =>
  encodeMessage({ type: 18, flags, sequence: 3, body: encodeLinkDump() });

test("the kernel's whole answer comes back, and no descriptor stays open", () => {
  using namespace = testNamespace(["link add eth0 type veth peer name p0"]);
  const open = (): number => readdirSync("/proc/self/fd").length;
  carryNetlink(namespace.path, links(request | dump));
  const before = open();
  for (let round = 0; round < 5; round++) {
    const carried = carryNetlink(namespace.path, links(request | dump));
    if (carried.kind !== "answered") throw new Error(carried.kind);
    expect(decodeMessages(carried.datagrams).map(({ type }) => type)).toEqual([16, 16, 16, 3]);
  }
  expect(open()).toBeLessThanOrEqual(before);
});

test("what the kernel does not answer fails with an errno", () => {
  using namespace = testNamespace();
  const carried = carryNetlink(namespace.path, new Uint8Array(3));
  expect(carried).toEqual({ kind: "failed", errno: expect.any(Number) });
});

const elsewhere = [
  { path: "/run/netns/plures-absent", kind: "no-namespace" },
  { path: "/dev/null", kind: "no-namespace" },
  { path: "/etc/hostname/below", kind: "no-namespace" },
  { path: "/proc/self/ns/uts", kind: "refused" },
  { path: "/proc/thread-self/ns/net", kind: "refused" },
] as const;
test.each(elsewhere)("$path: $kind", ({ path, kind }) => {
  expect(carryNetlink(path, links(request | dump)).kind).toBe(kind);
  expect(carryNetlink(path, new Uint8Array(0)).kind).toBe(kind);
});
