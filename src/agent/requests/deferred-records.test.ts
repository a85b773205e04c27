// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import type { AttachmentRecord } from "../../verbs/index.ts";
import { deferRecords } from "./deferred-records.ts";

function aRecord(containerId: string): AttachmentRecord {
  const what = { verb: "ADD", containerId, pod: undefined, network: "a", interface: "eth0" } as const;
  return { ...what, plugins: ["bridge"], outcome: "done", error: undefined, ms: 1, addresses: [] };
}

function aFile() {
  const kept: string[] = [];
  return {
    kept,
    records: {
      keep: ({ containerId }: AttachmentRecord) => void kept.push(containerId),
      hasDealtWith: (containerId: string) => kept.includes(containerId),
    },
  };
}

test("records are written in their order, after what is under way", async () => {
  const { kept, records } = aFile();
  const deferred = deferRecords(records);
  for (const id of ["a", "b"]) deferred.keep(aRecord(id));
  await Promise.resolve();
  expect(kept).toEqual([]);
  await Bun.sleep(1);
  expect(kept).toEqual(["a", "b"]);
  deferred.keep(aRecord("c"));
  await Bun.sleep(1);
  expect(kept).toEqual(["a", "b", "c"]);
});

test("what is not written yet is known", () => {
  const { records } = aFile();
  const deferred = deferRecords(records);
  deferred.keep(aRecord("a"));
  expect(deferred.hasDealtWith("a")).toBe(true);
  expect(deferred.hasDealtWith("b")).toBe(false);
});
