// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { testNamespace } from "../src/host/namespace-testbed.ts";
import { encodeMessage } from "../src/host/netlink/message.ts";
import { createStage } from "../src/testing/shim-contract/stage.ts";
import { buildShim, installShim } from "./built-shim.ts";

buildShim("x64");

// RTM_NEWROUTE, a request to be acknowledged, of a family and a prefix length.
const newRoute = (family: number, prefix: number): Uint8Array =>
  encodeMessage({
    type: 24,
    flags: 5,
    sequence: 1,
    body: Uint8Array.of(family, prefix, ...new Uint8Array(10)),
  });

const rows = [
  ["IPv4, the default route", newRoute(2, 0), "answered"],
  ["IPv6, the default route", newRoute(10, 0), "answered"],
  ["IPv4, half of everything", newRoute(2, 1), "refused"],
  ["multicast forwarding", newRoute(128, 0), "refused"],
  ["no family", newRoute(0, 0), "refused"],
] as const;

test.each(rows)("a route of %s", async (_, message, kind) => {
  using namespace = testNamespace();
  const stage = await createStage((dir) => installShim("x64", dir));
  try {
    const shim = stage.start();
    const line = await stage.agent.accept();
    line.welcome();
    expect(await line.netlink(1, namespace.path, message)).toMatchObject({ kind });
    line.answer("{}");
    await shim.ended;
  } finally {
    stage.remove();
  }
});
