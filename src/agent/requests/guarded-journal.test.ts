// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { AttachmentPlan } from "../../attachments/index.ts";
import { emptyResult } from "../../cni/index.ts";
import { createJournal } from "../../host/index.ts";
import { guardJournal } from "./guarded-journal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/plures-guard-`);
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = { containerId: "c1", ifName: "eth0" };
const plan: AttachmentPlan = {
  schemaVersion: 1,
  ...key,
  netns: "/run/netns/x",
  pod: undefined,
  searchDirs: [],
  attachments: [],
};

function guarded() {
  const cancelled = new AbortController();
  const closed = new AbortController();
  const journal = createJournal(folder);
  const ours = guardJournal(journal, { cancelled: cancelled.signal, closed: closed.signal });
  return { journal, ours, cancel: () => cancelled.abort(), close: () => closed.abort() };
}

test("while somebody waits for the request, it is the journal", async () => {
  const { ours } = guarded();
  await ours.begin(plan);
  await ours.record(key, 0, emptyResult);
  expect((await ours.read(key))?.results.size).toBe(1);
  expect((await ours.list()).entries).toHaveLength(1);
  await ours.remove(key);
  expect(readdirSync(folder)).toEqual([]);
});

test("what was removed meanwhile does not come back by a result, even without a guard", async () => {
  const { journal } = guarded();
  await journal.begin(plan);
  await journal.remove(key);
  await expect(journal.record(key, 0, emptyResult)).rejects.toMatchObject({ code: 5 });
  expect(readdirSync(folder)).toEqual([]);
});

test("once cancelled nothing is begun, and what ran is still noted", async () => {
  const { ours, cancel } = guarded();
  await ours.begin(plan);
  cancel();
  await expect(ours.begin({ ...plan, containerId: "c2" })).rejects.toMatchObject({ code: 11 });
  await ours.record(key, 0, emptyResult);
  expect(readdirSync(folder)).toEqual(["c1@eth0.jsonl"]);
});

test("once closed, neither a late result nor a late end touches what is somebody else's by now", async () => {
  const { journal, ours, close } = guarded();
  await ours.begin(plan);
  close();
  await journal.remove(key);
  await journal.begin(plan);
  await expect(ours.record(key, 0, emptyResult)).rejects.toMatchObject({ code: 11 });
  await expect(ours.remove(key)).rejects.toMatchObject({ code: 11 });
  expect((await journal.read(key))?.results.size).toBe(0);
});
