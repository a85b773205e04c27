// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { watchFolder } from "./watch-folder.ts";

let dir: string;
let calls: number;
let stop: () => void = () => {};
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/plures-watch-`);
  mkdirSync(`${dir}/net.d`);
  calls = 0;
});
afterEach(() => {
  stop();
  rmSync(dir, { recursive: true });
});

/** A poll that never comes, unless told. */
function start(pollMs = 60_000): void {
  const onChange = (): void => {
    calls += 1;
  };
  stop = watchFolder({ path: `${dir}/net.d`, onChange, settleMs: 30, pollMs });
}

async function nextCall(withinMs: number): Promise<boolean> {
  const before = calls;
  const endsAt = performance.now() + withinMs;
  while (calls === before && performance.now() < endsAt) await Bun.sleep(5);
  return calls > before;
}

const changes: readonly { readonly what: string; readonly change: (folder: string) => void }[] = [
  { what: "a new file", change: (folder) => writeFileSync(`${folder}/new`, "1") },
  { what: "a file that is written again", change: (folder) => writeFileSync(`${folder}/old`, "2") },
  { what: "a rename", change: (folder) => renameSync(`${folder}/old`, `${folder}/old.bak`) },
  { what: "a removal", change: (folder) => rmSync(`${folder}/old`) },
];

test.each(changes)("$what is told", async ({ change }) => {
  writeFileSync(`${dir}/net.d/old`, "1");
  start();
  change(`${dir}/net.d`);
  expect(await nextCall(2000)).toBe(true);
});

test("a group of changes is told once, one that does not end at last", async () => {
  start();
  for (let index = 0; index < 10; index++) writeFileSync(`${dir}/net.d/${index}`, "");
  expect(await nextCall(2000)).toBe(true);
  await Bun.sleep(100);
  expect(calls).toBe(1);
  for (let index = 0; index < 30 && calls === 1; index++) {
    writeFileSync(`${dir}/net.d/0`, `${index}`);
    await Bun.sleep(10);
  }
  expect(calls).toBe(2);
});

test("a folder that is deleted and made again is watched again", async () => {
  start();
  for (let round = 0; round < 2; round++) {
    rmSync(`${dir}/net.d`, { recursive: true });
    expect(await nextCall(2000)).toBe(true);
    mkdirSync(`${dir}/net.d`);
    expect(await nextCall(2000)).toBe(true);
    await Bun.sleep(100);
    writeFileSync(`${dir}/net.d/new`, "");
    expect(await nextCall(400)).toBe(true);
  }
});

test("a folder that another one takes the place of is watched there", async () => {
  start();
  renameSync(`${dir}/net.d`, `${dir}/away`);
  mkdirSync(`${dir}/net.d`);
  expect(await nextCall(2000)).toBe(true);
  await Bun.sleep(700);
  const before = calls;
  await Bun.sleep(1100);
  expect(calls).toBe(before);
  writeFileSync(`${dir}/net.d/new`, "");
  expect(await nextCall(400)).toBe(true);
});

test("a folder that comes later is noticed", async () => {
  rmSync(`${dir}/net.d`, { recursive: true });
  start();
  await Bun.sleep(50);
  mkdirSync(`${dir}/net.d`);
  expect(await nextCall(2000)).toBe(true);
});

test("without any change the poll comes", async () => {
  start(100);
  expect(await nextCall(1000)).toBe(true);
  expect(await nextCall(1000)).toBe(true);
});

test("what is stopped is silent and leaves no descriptor open", async () => {
  const open = (): number => readdirSync("/proc/self/fd").length;
  start();
  stop();
  const before = open();
  for (let round = 0; round < 10; round++) {
    start();
    writeFileSync(`${dir}/net.d/${round}`, "");
    stop();
  }
  await Bun.sleep(100);
  expect(calls).toBe(0);
  expect(open()).toBeLessThanOrEqual(before + 1);
});
