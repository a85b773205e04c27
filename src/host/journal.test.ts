// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import fc from "fast-check";
import type { AttachmentPlan } from "../attachments/index.ts";
import { type CniResult, emptyResult } from "../cni/index.ts";
import { cniRejectionOf } from "../testing/cni-error-of.ts";
import type { AttachmentKey } from "../verbs/ports.ts";
import { createJournal } from "./journal.ts";

let root: string;
let dir: string;
beforeEach(() => {
  root = mkdtempSync(`${tmpdir()}/plures-journal-`);
  dir = `${root}/state/journal`;
});
afterEach(() => rmSync(root, { recursive: true }));

const key: AttachmentKey = { containerId: "3c801c890e7e", ifName: "eth0" };

function plan(changes: Partial<AttachmentPlan> = {}): AttachmentPlan {
  const pod = { namespace: "default", name: "web", uid: "1" };
  const common = {
    schemaVersion: 1,
    ...key,
    netns: "/run/netns/x",
    pod,
    searchDirs: ["/opt/cni/bin"],
  } as const;
  return { ...common, attachments: [], ...changes };
}

const resultWith = (address: string): CniResult => ({ ...emptyResult, ips: [{ address }] });

test("what was begun and recorded can be read, until it is removed", async () => {
  const journal = createJournal(dir);
  await journal.begin(plan());
  await journal.record(key, 0, resultWith("10.0.0.1/24"));
  await journal.record(key, 2, resultWith("10.0.0.2/24"));
  await journal.record(key, 0, resultWith("10.0.0.3/24"));
  const results = new Map([
    [0, resultWith("10.0.0.3/24")],
    [2, resultWith("10.0.0.2/24")],
  ]);
  expect(await createJournal(dir).read(key)).toEqual({ plan: plan(), results, origin: "journal" });
  await journal.remove(key);
  expect(await journal.read(key)).toBeUndefined();
  await journal.remove(key);
});

test("the age of an entry counts from when it was last written to", async () => {
  const journal = createJournal(dir);
  expect(await journal.ageMs(key)).toBeUndefined();
  await journal.begin(plan());
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(`${dir}/3c801c890e7e@eth0.jsonl`, hourAgo, hourAgo);
  expect(await journal.ageMs(key)).toBeWithin(3_600_000, 3_700_000);
  await journal.record(key, 0, resultWith("10.0.0.1/24"));
  expect(await journal.ageMs(key)).toBeLessThan(60_000);
});

test("files and folder are for root alone", async () => {
  const umask = process.umask(0);
  await createJournal(dir)
    .begin(plan())
    .finally(() => process.umask(umask));
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  // What is above is CNI's, and read by others.
  expect(statSync(`${root}/state`).mode & 0o777).toBe(0o755);
  expect(statSync(`${dir}/3c801c890e7e@eth0.jsonl`).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir)).toEqual(["3c801c890e7e@eth0.jsonl"]);
});

test("a second begin replaces the first with its results", async () => {
  const journal = createJournal(dir);
  await journal.begin(plan());
  await journal.record(key, 0, emptyResult);
  await journal.begin(plan({ netns: "/run/netns/y" }));
  expect(await journal.read(key)).toMatchObject({ plan: { netns: "/run/netns/y" }, results: new Map() });
});

test("list gives all entries, and the reason for those that cannot be read", async () => {
  const journal = createJournal(dir);
  expect(await journal.list()).toEqual({ entries: [], unreadable: [] });
  for (const containerId of ["b", "a"]) await journal.begin(plan({ containerId }));
  writeFileSync(`${dir}/c@eth0.jsonl`, "garbage\n");
  writeFileSync(`${dir}/notes.txt`, "somebody else's");
  const { entries, unreadable } = await journal.list();
  expect(entries.map((entry) => entry.plan.containerId)).toEqual(["a", "b"]);
  expect(unreadable).toEqual([`reading the journal "${dir}/c@eth0.jsonl": its first line is no plan`]);
});

const damaged: readonly [what: string, content: string, reason: string][] = [
  ["an empty file", "", "no plan"],
  ["a first line that is cut off", JSON.stringify(plan()), "no plan"],
  ["a plan of the future", '{"schemaVersion":2}\n', "schemaVersion 2, known is 1"],
  ["a plan without attachments", '{"schemaVersion":1,"containerId":"a","ifName":"b"}\n', "lacks"],
];
test.each(damaged)("%s is an error with a way out", async (_what, content, reason) => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${dir}/3c801c890e7e@eth0.jsonl`, content);
  const failure = await cniRejectionOf(createJournal(dir).read(key));
  expect(failure).toMatchObject({ code: 5, hint: expect.stringContaining("move the file away") });
  expect(failure.message).toContain(reason);
  expect(failure.message).toContain(`${dir}/3c801c890e7e@eth0.jsonl`);
});

test("an entry under a wrong name is not replayed", async () => {
  const journal = createJournal(dir);
  await journal.begin(plan());
  renameSync(`${dir}/3c801c890e7e@eth0.jsonl`, `${dir}/other@eth0.jsonl`);
  const failure = await cniRejectionOf(journal.read({ containerId: "other", ifName: "eth0" }));
  expect(failure.message).toContain('its plan is for "3c801c890e7e" and "eth0"');
});

test("a damaged record costs that record only", async () => {
  const journal = createJournal(dir);
  await journal.begin(plan());
  await journal.record(key, 0, emptyResult);
  writeFileSync(`${dir}/3c801c890e7e@eth0.jsonl`, "\0\0\0\n", { flag: "a" });
  await journal.record(key, 1, emptyResult);
  expect([...((await journal.read(key))?.results.keys() ?? [])]).toEqual([0, 1]);
});

test.each([
  [{ containerId: "../x", ifName: "eth0" }, "CNI_CONTAINERID"],
  [{ containerId: "", ifName: "eth0" }, "CNI_CONTAINERID"],
  [{ containerId: "a@b", ifName: "eth0" }, "CNI_CONTAINERID"],
  [{ containerId: "a", ifName: "../eth0" }, "CNI_IFNAME"],
])("%p is no file name", async (badKey, variable) => {
  const failure = await cniRejectionOf(createJournal(dir).read(badKey));
  expect(failure).toMatchObject({ code: 4, message: expect.stringContaining(variable) });
});

test("a record needs a plan", async () => {
  const journal = createJournal(dir);
  expect(await cniRejectionOf(journal.record(key, 0, emptyResult))).toMatchObject({ code: 5 });
});

test("temporary files of processes that have ended go away, others stay", async () => {
  mkdirSync(dir, { recursive: true });
  const stat = readFileSync("/proc/self/stat", "latin1");
  const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  const alive = `a@eth0.jsonl.${process.pid}-${startTime}-1.tmp`;
  for (const name of [alive, `a@eth0.jsonl.${process.pid}-1-1.tmp`, "a@eth0.jsonl.4194305-7-1.tmp"]) {
    writeFileSync(`${dir}/${name}`, "");
  }
  await createJournal(dir).list();
  expect(readdirSync(dir)).toEqual([alive]);
  writeFileSync(`${dir}/a@eth0.jsonl.4194305-7-1.tmp`, "");
  await createJournal(dir).begin(plan());
  expect(readdirSync(dir).sort()).toEqual(["3c801c890e7e@eth0.jsonl", alive]);
});

test("a temporary file of another process namespace goes away when it cannot be in work any more", async () => {
  mkdirSync(dir, { recursive: true });
  const [young, old] = ["a@eth0.jsonl.1-7-1@4026530000.tmp", "b@eth0.jsonl.1-7-1@4026530000.tmp"];
  for (const name of [young, old]) writeFileSync(`${dir}/${name}`, "");
  const fiveMinutesAgo = Date.now() / 1000 - 300;
  utimesSync(`${dir}/${old}`, fiveMinutesAgo, fiveMinutesAgo);
  await createJournal(dir).list();
  expect(readdirSync(dir)).toEqual([young]);
});

test("a journal folder that is a file is an error with a way out", async () => {
  mkdirSync(`${root}/state`);
  writeFileSync(dir, "");
  const failure = await cniRejectionOf(createJournal(dir).begin(plan()));
  expect(failure).toMatchObject({ code: 5, hint: expect.stringContaining("move that file away") });
});

type Step = { readonly do: "begin" | "record" | "read" } | { readonly do: "crash"; readonly lost: number };
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.constant({ do: "begin" } as const) },
    { weight: 5, arbitrary: fc.constant({ do: "record" } as const) },
    { weight: 2, arbitrary: fc.constant({ do: "read" } as const) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), lost: fc.nat(300) }) },
  ),
  { maxLength: 25 },
);

test("after any crashes an entry is the plan and a prefix of what was recorded, and goes on from there", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (run) => {
      const journal = createJournal(dir);
      const path = `${dir}/3c801c890e7e@eth0.jsonl`;
      await journal.begin(plan());
      let planBytes = statSync(path).size;
      /** Ends of the records in the file, which is what a prefix is measured by. */
      let recorded: { readonly index: number; readonly end: number }[] = [];
      for (const [number, step] of run.entries()) {
        if (step.do === "begin") {
          await journal.begin(plan());
          planBytes = statSync(path).size;
          recorded = [];
        } else if (step.do === "record") {
          await journal.record(key, number, resultWith(`10.0.0.${number}/24`));
          recorded.push({ index: number, end: statSync(path).size });
        } else if (step.do === "crash") {
          const size = Math.max(planBytes, statSync(path).size - step.lost);
          truncateSync(path, size);
          recorded = recorded.filter(({ end }) => end <= size);
        }
        const expected = new Map(recorded.map(({ index }) => [index, resultWith(`10.0.0.${index}/24`)]));
        expect(await journal.read(key)).toEqual({ plan: plan(), results: expected, origin: "journal" });
      }
    }),
    { numRuns: 60 },
  );
});
