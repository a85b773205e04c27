// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { type AttachmentPlan, planAttachments } from "../attachments/index.ts";
import { parseNetworkConfig } from "../cni/index.ts";
import { createJournal, createPluginRunner } from "../host/index.ts";
import { installFixturePlugins } from "../testing/plugins/index.ts";
import { readCallLog } from "../testing/stories/call-log.ts";
import type { AttachmentKey } from "./ports.ts";
import { presenceBy } from "./presence.ts";
import { type Presence, quietMsFor, type Sweep, sweep } from "./sweep.ts";

let folder: string;
let binDir: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/plures-sweep-`);
  binDir = installFixturePlugins(`${folder}/bin`);
});
afterEach(() => rmSync(folder, { recursive: true }));

const quietMs = 60_000;

function planOf(containerId: string, type = "echo-result"): AttachmentPlan {
  const text = JSON.stringify({ cniVersion: "1.0.0", name: "cbr0", type, callLog: `${folder}/calls` });
  const config = parseNetworkConfig(text, "test");
  return planAttachments({
    request: { containerId, ifName: "eth0", netns: "/run/netns/x", args: "" },
    config: { runtimeConfig: {}, attach: "sequential" },
    searchDirs: [binDir],
    pod: { namespace: "default", name: "web", uid: "1" },
    networks: [{ role: "primary", label: "cbr0", config, selection: undefined, device: undefined }],
    versions: new Map(),
  });
}

/** Entries that were last written to so long ago. */
async function journalOf(plans: readonly AttachmentPlan[], ageMs = 2 * quietMs) {
  const journal = createJournal(`${folder}/journal`);
  const at = (Date.now() - ageMs) / 1000;
  for (const plan of plans) {
    await journal.begin(plan);
    utimesSync(`${folder}/journal/${plan.containerId}@eth0.jsonl`, at, at);
  }
  return journal;
}

async function sweepWith(journal: Sweep["ports"]["journal"], changes: Partial<Sweep> = {}) {
  const ports: Sweep["ports"] = {
    journal,
    plugins: createPluginRunner({ deadline: () => 10_000 }),
    multusCache: { read: async () => undefined, remove: async () => {} },
    podNamespace: {
      isThere: async () => false,
      readInterface: async () => undefined,
      removeInterface: async () => {},
    },
    devices: { removeInfo: async () => {} },
    log: () => {},
    now: () => performance.now(),
  };
  const searchDirs = [binDir];
  const all = { ports, searchDirs, quietMs, deadline: () => 1000, isGone: async () => "gone" as Presence };
  const report = await sweep({ ...all, ...changes });
  return { ...report, swept: report.swept.map(({ containerId }) => containerId) };
}

const deleted = () => readCallLog(`${folder}/calls`).map(({ verb, containerId }) => `${verb} ${containerId}`);
const isKept = (id: string) => existsSync(`${folder}/journal/${id}@eth0.jsonl`);

test("what a container that is gone left is deleted, once, and forgotten", async () => {
  const journal = await journalOf([planOf("a"), planOf("b")]);
  expect(await sweepWith(journal)).toEqual({ swept: ["a", "b"], left: [], unreadable: [], postponed: 0 });
  expect(deleted()).toEqual(["DEL a", "DEL b"]);
  expect((await sweepWith(journal)).swept).toEqual([]);
});

const spared: readonly (readonly [string, number, Partial<Sweep>])[] = [
  ["who is there", 2 * quietMs, { isGone: async () => "there" }],
  ["what was written to just now", 0, {}],
  ["what an ADD may still be at", quietMs - 5000, {}],
  ["what is from the future, as after a change of the clock", -quietMs, {}],
  [
    "what somebody works on",
    2 * quietMs,
    { isBusy: ({ containerId }: AttachmentKey) => containerId === "a" },
  ],
];
test.each(spared)("%s is left alone, without a word", async (_, age, changes) => {
  const journal = await journalOf([planOf("a")], age);
  expect(await sweepWith(journal, changes)).toEqual({ swept: [], left: [], unreadable: [], postponed: 0 });
  expect([deleted(), isKept("a")]).toEqual([[], true]);
});

test("an ADD that begins while the runtime is asked is not swept", async () => {
  const journal = await journalOf([planOf("a")]);
  const isGone = async (): Promise<Presence> => {
    await journal.begin(planOf("a"));
    return "gone";
  };
  expect((await sweepWith(journal, { isGone })).swept).toEqual([]);
  expect([deleted(), isKept("a")]).toEqual([[], true]);
});

test("what cannot be told or done is reported, stays, and keeps no other from going", async () => {
  const journal = await journalOf([planOf("a"), planOf("b", "fail-with-code"), planOf("c")]);
  await Bun.write(`${folder}/journal/d@eth0.jsonl`, "no plan\n");
  const isGone = async ({ containerId }: AttachmentPlan): Promise<Presence> =>
    containerId === "a" ? { why: "the runtime cannot be asked" } : "gone";
  const { swept, left, unreadable } = await sweepWith(journal, { isGone });
  expect(swept).toEqual(["c"]);
  expect(left).toMatchObject([
    { container: { containerId: "a", ifName: "eth0" }, reason: "the runtime cannot be asked" },
    { container: { containerId: "b" }, reason: expect.stringContaining("deleting eth0 (cbr0") },
  ]);
  expect(unreadable).toEqual([expect.stringContaining("its first line is no plan")]);
  expect(["a", "b", "c", "d"].map(isKept)).toEqual([true, true, false, true]);
});

test("it goes no further than it may", async () => {
  const journal = await journalOf([planOf("a"), planOf("b"), planOf("c")]);
  expect(await sweepWith(journal, { atMost: 1 })).toMatchObject({ swept: ["a"], postponed: 2 });
  expect(await sweepWith(journal, { deadline: () => 0 })).toMatchObject({ swept: [], postponed: 2 });
});

test("an entry rests until no ADD can be at work on it", () => {
  expect(quietMsFor({ deadlineSeconds: 220 })).toBeGreaterThan(235_000);
});

const failing = async () => {
  throw new Error("nobody listens there");
};
const ids =
  (...names: readonly string[]) =>
  async () =>
    new Set(names);
const presences: readonly (readonly [
  string,
  (() => Promise<ReadonlySet<string>>) | undefined,
  boolean,
  unknown,
])[] = [
  ["the runtime lists it, whatever became of its namespace", ids("a"), false, "there"],
  ["the runtime does not list it, and its namespace is gone", ids(), false, "gone"],
  ["the runtime lists others of ours", ids("b"), true, "gone"],
  [
    "the runtime lists only strangers",
    ids("x"),
    true,
    { why: expect.stringContaining("no container that we") },
  ],
  ["the runtime cannot be asked", failing, false, { why: expect.stringContaining("nobody listens there") }],
  ["nobody to ask, a namespace", undefined, true, "there"],
  ["nobody to ask, no namespace", undefined, false, "gone"],
];
test.each(presences)("%s", async (_, listSandboxes, isThere, expected) => {
  const presence = presenceBy({ listSandboxes, podNamespace: { isThere: async () => isThere } });
  expect(await presence(planOf("a"), [planOf("a"), planOf("b")])).toEqual(expected as Presence);
});

test("a container without pod is not judged by the list of sandboxes", async () => {
  const presence = presenceBy({ listSandboxes: ids("b"), podNamespace: { isThere: async () => true } });
  expect(await presence({ ...planOf("a"), pod: undefined }, [planOf("b")])).toBe("there");
});
