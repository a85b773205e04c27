// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { AttachmentPlan } from "../attachments/index.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/plures-journal-`);
});
afterEach(() => rmSync(dir, { recursive: true }));

function plan(netns: string): AttachmentPlan {
  const key = { containerId: "3c801c890e7e", ifName: "eth0" };
  return { schemaVersion: 1, ...key, netns, pod: undefined, searchDirs: [], attachments: [] };
}

/**
 * Runs `begin`, then `record` with a large result, and prints what went wrong and what lies in the folder.
 */
const beginAndRecord = `
  import { readdirSync, readFileSync } from "node:fs";
  import { createJournal } from "${import.meta.dir}/journal.ts";
  const [dir, plan, padding] = process.argv.slice(-3);
  const journal = createJournal(dir);
  const { begin, record } = journal;
  const failures = [];
  const note = (error) => failures.push({ code: error.code, message: error.message, hint: error.hint });
  await begin(JSON.parse(plan)).catch(note);
  if (failures.length === 0) {
    const dns = { domain: "x".repeat(Number(padding)) };
    await record(JSON.parse(plan), 0, { interfaces: [], ips: [], routes: [], dns }).catch(note);
  }
  const entry = await journal.read(JSON.parse(plan));
  const names = readdirSync(dir);
  const lines = names.map((name) => readFileSync(dir + "/" + name, "utf8").split("\\n").length - 1);
  const torn = names.some((name) => !readFileSync(dir + "/" + name, "utf8").endsWith("\\n"));
  console.log(JSON.stringify({ failures, names, lines, torn, results: entry?.results.size ?? "none" }));
`;

/** The same in namespaces of its own, after `setup` prepared the folder there ($1). */
function inNamespaces(unshare: readonly string[], setup: string, work: { netns: string; padding: number }) {
  const program = [process.execPath, "-e", beginAndRecord, dir];
  const given = [JSON.stringify(plan(work.netns)), String(work.padding)];
  const shell = ["sh", "-ec", `${setup}; shift; exec "$@"`, "sh", dir];
  const { stdout, stderr } = Bun.spawnSync(["unshare", ...unshare, ...shell, ...program, ...given]);
  if (stdout.length === 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString());
}

const mounts = process.getuid?.() === 0 ? ["-m"] : ["-r", "-m"];

test("a full disk: begin fails with a way out and leaves nothing", () => {
  const setup = 'mount -t tmpfs -o size=16k tmpfs "$1"';
  expect(inNamespaces(mounts, setup, { netns: "/x".repeat(20_000), padding: 0 })).toEqual({
    failures: [
      { code: 5, message: expect.stringContaining("ENOSPC"), hint: expect.stringContaining("free space") },
    ],
    names: [],
    lines: [],
    torn: false,
    results: "none",
  });
});

test("a disk that fills up later: record fails with a way out and leaves the plan as it was", () => {
  const setup = 'mount -t tmpfs -o size=16k tmpfs "$1"';
  expect(inNamespaces(mounts, setup, { netns: "/x", padding: 40_000 })).toEqual({
    failures: [
      { code: 5, message: expect.stringContaining("ENOSPC"), hint: expect.stringContaining("free space") },
    ],
    names: ["3c801c890e7e@eth0.jsonl"],
    lines: [1],
    torn: false,
    results: 0,
  });
});

test("a read-only file system is an error with a way out", () => {
  const setup = 'mount -t tmpfs -o ro tmpfs "$1"';
  expect(inNamespaces(mounts, setup, { netns: "/x", padding: 0 })).toEqual({
    failures: [
      { code: 5, message: expect.stringContaining("EROFS"), hint: expect.stringContaining("writable") },
    ],
    names: [],
    lines: [],
    torn: false,
    results: "none",
  });
});

test("no permission is an error with a way out", () => {
  // Outside its user namespace even root obeys the mode of a folder.
  expect(inNamespaces(["-U"], 'chmod 0500 "$1"', { netns: "/x", padding: 0 })).toEqual({
    failures: [
      { code: 5, message: expect.stringContaining("EACCES"), hint: expect.stringContaining("owner, mode") },
    ],
    names: [],
    lines: [],
    torn: false,
    results: "none",
  });
});
