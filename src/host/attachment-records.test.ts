// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import type { AttachmentRecord, Log } from "../verbs/ports.ts";
import { createAttachmentRecords, readRecords } from "./attachment-records.ts";

let folder: string;
let path: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/plures-records-`);
  path = `${folder}/plures/attachments.jsonl`;
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const log: Log = (level, message) => lines.push(`${level} ${message}`);
const keeper = (maxSize?: number) =>
  createAttachmentRecords({ path, by: "agent", log, ...(maxSize === undefined ? {} : { maxSize }) });

function aRecord(changes: Partial<AttachmentRecord> = {}): AttachmentRecord {
  return {
    verb: "ADD",
    containerId: "c1",
    pod: { namespace: "default", name: "web", uid: "1" },
    network: "default/a",
    interface: "net1",
    plugins: ["macvlan"],
    outcome: "done",
    error: undefined,
    ms: 12,
    addresses: ["10.0.0.2/24"],
    ...changes,
  };
}

test("what is kept is read again, newest first, with its time and who kept it", () => {
  const failed = {
    outcome: "failed",
    error: { code: 7, message: "adding net1: no" },
    addresses: [],
  } as const;
  keeper().keep(aRecord());
  createAttachmentRecords({ path, by: "plugin", log }).keep(aRecord(failed));
  const [newest, oldest] = readRecords({ path });
  expect(newest).toMatchObject({ ...aRecord(failed), by: "plugin", schemaVersion: 1 });
  expect(oldest).toMatchObject({ by: "agent", ms: 12, addresses: ["10.0.0.2/24"] });
  expect(Math.abs(Date.parse(newest?.time ?? "") - Date.now())).toBeLessThan(60_000);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(lines).toEqual([]);
});

test.each([
  [{}, ["c1", "c2", "c3"]],
  [{ pod: { namespace: "default", name: "web" } }, ["c1"]],
  [{ pod: { namespace: "default", name: "we" } }, []],
  [{ containerId: "c3" }, ["c3"]],
])("%j reads %j", (wanted, containers) => {
  const records = keeper();
  records.keep(aRecord());
  records.keep(aRecord({ containerId: "c2", pod: { namespace: "x", name: "web", uid: "2" } }));
  records.keep(aRecord({ containerId: "c3", pod: undefined }));
  const found = readRecords({ path, ...wanted }).map(({ containerId }) => containerId);
  expect(found.toReversed()).toEqual(containers);
});

test("a line that a crash cut off, a newer one and nonsense are passed over; the next record is whole", () => {
  keeper().keep(aRecord());
  appendFileSync(path, '{"schemaVersion":2,"time":"x"}\nnonsense\n{"schemaVersion":1,"ti');
  expect(readRecords({ path })).toHaveLength(1);
  keeper().keep(aRecord({ containerId: "c2" }));
  expect(readRecords({ path }).map(({ containerId }) => containerId)).toEqual(["c2", "c1"]);
});

test("the newest stay, and what is kept is bounded", async () => {
  const records = keeper(0.01);
  for (let index = 0; index < 120; index++) {
    records.keep(aRecord({ ms: index }));
    // A backup is named by the millisecond.
    if (index % 10 === 0) await Bun.sleep(2);
  }
  const files = readdirSync(`${folder}/plures`);
  expect(files).toHaveLength(2);
  const bytes = files.map((name) => statSync(`${folder}/plures/${name}`).size);
  expect(Math.max(...bytes)).toBeLessThan(12_000);
  const times = readRecords({ path }).map(({ ms }) => ms);
  expect(times.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, index) => 119 - index));
});

test("a long sentence and many addresses are cut", () => {
  const addresses = Array.from({ length: 100 }, (_, index) => `10.0.0.${index}/24`);
  keeper().keep(aRecord({ error: { code: 5, message: "x".repeat(100_000) }, addresses }));
  expect(statSync(path).size).toBeLessThan(3000);
});

test("a record that cannot be kept is logged, no more", () => {
  mkdirSync(path, { recursive: true });
  keeper().keep(aRecord());
  expect(lines).toEqual(["error a record of an attachment cannot be kept"]);
});

test("without a file there is nothing to read", () => {
  expect(readRecords({ path: `${folder}/nowhere/a.jsonl` })).toEqual([]);
});
