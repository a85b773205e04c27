// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { waitForFile } from "./readiness.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/plures-ready-`);
});
afterEach(() => rmSync(dir, { recursive: true }));

async function timed(work: Promise<boolean>): Promise<{ there: boolean; milliseconds: number }> {
  const startedAt = performance.now();
  const there = await work;
  return { there, milliseconds: performance.now() - startedAt };
}

function expectIn(
  waited: { there: boolean; milliseconds: number },
  expected: { there: boolean; from: number; to: number },
): void {
  expect(waited.there).toBe(expected.there);
  expect(waited.milliseconds).toBeWithin(expected.from, expected.to);
}

test("what is there already is there at once, even without any time", async () => {
  writeFileSync(`${dir}/ready`, "");
  expect((await timed(waitForFile(`${dir}/ready`, { deadlineMs: 0 }))).there).toBe(true);
});

test("what appears is noticed well before the next poll", async () => {
  const waiting = timed(waitForFile(`${dir}/ready`, { deadlineMs: 5000 }));
  setTimeout(() => writeFileSync(`${dir}/ready`, ""), 50);
  expectIn(await waiting, { there: true, from: 40, to: 300 });
});

test("so is what appears in folders that appear first", async () => {
  const waiting = timed(waitForFile(`${dir}/a/b/ready`, { deadlineMs: 5000 }));
  setTimeout(() => mkdirSync(`${dir}/a`), 30);
  setTimeout(() => mkdirSync(`${dir}/a/b`), 60);
  setTimeout(() => writeFileSync(`${dir}/a/b/ready`, ""), 90);
  expectIn(await waiting, { there: true, from: 80, to: 400 });
});

test("other changes do not end the wait, the deadline does", async () => {
  const waiting = timed(waitForFile(`${dir}/ready`, { deadlineMs: 150 }));
  setTimeout(() => writeFileSync(`${dir}/other`, ""), 20);
  expectIn(await waiting, { there: false, from: 140, to: 400 });
});

test("cancellation ends the wait", async () => {
  const controller = new AbortController();
  const waiting = timed(waitForFile(`${dir}/ready`, { deadlineMs: 5000, signal: controller.signal }));
  setTimeout(() => controller.abort(), 30);
  expectIn(await waiting, { there: false, from: 20, to: 300 });
  expect((await timed(waitForFile(dir, { deadlineMs: 1, signal: AbortSignal.abort() }))).there).toBe(false);
});

test("waiting leaves no descriptor open", async () => {
  const open = (): number => readdirSync("/proc/self/fd").length;
  await waitForFile(`${dir}/ready`, { deadlineMs: 10 });
  const before = open();
  for (let round = 0; round < 10; round++) await waitForFile(`${dir}/ready`, { deadlineMs: 5 });
  expect(open()).toBeLessThanOrEqual(before + 1);
});
