// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { askInterfaces, askRoutes } from "./ask-network.ts";
import { openMachine } from "./machine.ts";
import { readRoutes } from "./read-routes.ts";

test("this machine has a loopback with its address", async () => {
  const interfaces = await askInterfaces(openMachine({ root: "/", live: true }));
  const [lo] = interfaces;
  expect(lo).toMatchObject({ name: "lo", index: 1, loopback: true, physical: false });
  expect(lo?.addresses).toContain("127.0.0.1/8");
  expect(interfaces.map(({ index = 0 }) => index)).toEqual(
    interfaces.map(({ index = 0 }) => index).toSorted((a, b) => a - b),
  );
});

test("this machine's routes are those of /proc/net/route", async () => {
  const asked = (await askRoutes()).filter(({ family }) => family === "ipv4");
  const read = readRoutes(openMachine({ root: "/", live: true })).filter(({ family }) => family === "ipv4");
  const key = (routes: typeof asked) => routes.map((route) => JSON.stringify(route)).toSorted();
  expect(key(asked)).toEqual(key(read));
});
