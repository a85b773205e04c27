// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { isHandedOver, type NodeConfigRecord, startOfAgent } from "./own-record.ts";

const own = { boot: "a", uptime: 100 };

const rows: readonly {
  readonly what: string;
  readonly owner: NodeConfigRecord["owner"];
  readonly is: boolean;
}[] = [
  { what: "nobody", owner: undefined, is: false },
  { what: "ourselves", owner: own, is: false },
  { what: "an older agent", owner: { boot: "a", uptime: 99 }, is: false },
  { what: "a younger agent", owner: { boot: "a", uptime: 100.5 }, is: true },
  { what: "an agent of another boot", owner: { boot: "b", uptime: 5000 }, is: false },
];

test.each(rows)("the file's owner is $what", ({ owner, is }) => {
  expect(isHandedOver({ owner, primary: undefined, checksums: [] }, own)).toBe(is);
});

test("the start of an agent is read from the kernel", () => {
  const { boot, uptime } = startOfAgent();
  expect(boot).toMatch(/^[0-9a-f-]{36}$/);
  expect(uptime).toBeGreaterThan(0);
});
