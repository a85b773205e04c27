// SPDX-License-Identifier: Apache-2.0
import { beforeEach, expect, test } from "bun:test";
import type { SweepReport } from "../../verbs/index.ts";
import { createSweepTurns, type SweepTurns } from "./sweep-turns.ts";

const everyMs = 1000;
let clock: number;
let turns: SweepTurns;

beforeEach(() => {
  clock = 5000;
  turns = createSweepTurns(everyMs, () => clock);
});

const key = (containerId: string) => ({ containerId, ifName: "eth0" });
const nothing: SweepReport = { swept: [], left: [], unreadable: [], postponed: 0 };
const left = (presence: "gone" | "unknown", ...ids: string[]): SweepReport["left"] =>
  ids.map((id) => ({ container: key(id), reason: "busy", presence }));

test("at start the first request but an ADD lends its hands, one at a time", () => {
  expect(turns.isDue("ADD")).toBe(false);
  expect(turns.isDue("DEL")).toBe(true);
  const end = turns.begin();
  expect(turns.isDue("DEL")).toBe(false);
  end(nothing);
  expect(turns.isDue("DEL")).toBe(false);
  clock += everyMs;
  expect(turns.isDue("DEL")).toBe(true);
});

test("where nothing but ADDs come, one of them lends its hands in the end", () => {
  clock += everyMs;
  expect(turns.isDue("ADD")).toBe(true);
});

test.each<[string, Partial<SweepReport>, boolean]>([
  ["more to look at", { swept: [key("a")], postponed: 3 }, true],
  ["one that failed, and more", { left: left("gone", "a"), postponed: 3 }, true],
  ["all looked at", { swept: [key("a")] }, false],
  ["nobody to ask who is gone", { left: left("unknown", "a"), postponed: 3 }, false],
])("after %s the next request lends its hands: %p", (_, report, isDue) => {
  turns.begin()({ ...nothing, ...report });
  expect(turns.isDue("DEL")).toBe(isDue);
});

test("a sweep that failed as a whole is tried after the usual time", () => {
  turns.begin()(undefined);
  expect(turns.isDue("DEL")).toBe(false);
  clock += everyMs;
  expect(turns.isDue("DEL")).toBe(true);
});

test("leaks are counted once, whatever becomes of them, and what nobody can tell about is none", () => {
  turns.begin()({ ...nothing, swept: [key("a")], left: [...left("gone", "b"), ...left("unknown", "c")] });
  expect(turns.leaks()).toEqual({ found: 2, left: 1 });
  turns.begin()({ ...nothing, left: left("gone", "b") });
  expect(turns.leaks()).toEqual({ found: 2, left: 1 });
  turns.begin()({ ...nothing, swept: [key("b")] });
  expect(turns.leaks()).toEqual({ found: 2, left: 0 });
});

test("an entry that could not be taken away is put off for ten minutes", () => {
  turns.begin()({ ...nothing, left: left("gone", "b") });
  expect(turns.isPutOff(key("b"))).toBe(true);
  expect(turns.isPutOff(key("a"))).toBe(false);
  clock += 10 * 60_000;
  expect(turns.isPutOff(key("b"))).toBe(false);
});

test("an entry that is not found again after its time is left no more", () => {
  turns.begin()({ ...nothing, left: left("gone", "b") });
  clock += 10 * 60_000 + 2 * everyMs + 1;
  expect(turns.leaks()).toEqual({ found: 1, left: 0 });
});
