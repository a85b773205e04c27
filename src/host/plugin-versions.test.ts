// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { type FixturePlugin, installFixturePlugins } from "../testing/plugins/index.ts";
import { createPluginRunner } from "./run-plugin.ts";
import { openVersionMemory } from "./version-memory.ts";

let root: string;
let bin: string;
let versionsFile: string;
beforeEach(() => {
  root = mkdtempSync(`${tmpdir()}/plures-versions-`);
  bin = installFixturePlugins(`${root}/bin`);
  versionsFile = `${root}/state/versions.json`;
});
afterEach(() => rmSync(root, { recursive: true }));

/** What a process that starts now would get. */
const ask = (plugin: string, searchDirs = [bin]) =>
  createPluginRunner({ deadline: () => 5000, versionsFile }).supportedVersions(plugin, searchDirs);

const timesAsked = (): number =>
  existsSync(`${bin}/count-runs.runs`)
    ? readFileSync(`${bin}/count-runs.runs`, "utf8").split("\n").length - 1
    : 0;

const rows: readonly [FixturePlugin | "absent", readonly string[] | undefined][] = [
  ["gc-and-status-1.1", ["0.4.0", "1.0.0", "1.1.0"]],
  ["version-only-0.2.0", ["0.1.0", "0.2.0"]],
  ["older-than-version", ["0.1.0"]],
  ["print-nothing", undefined],
  ["absent", undefined],
];
test.each(rows)("%s speaks %p", async (plugin, versions) => {
  expect(await ask(plugin)).toEqual(versions);
});

test("an executable is asked once, by whatever name and process", async () => {
  symlinkSync(`${bin}/count-runs`, `${root}/alias`);
  expect(await ask("count-runs")).toEqual(["0.4.0", "1.0.0", "1.1.0"]);
  expect(await ask("count-runs")).toEqual(["0.4.0", "1.0.0", "1.1.0"]);
  expect(await ask("alias", [root])).toEqual(["0.4.0", "1.0.0", "1.1.0"]);
  expect(timesAsked()).toBe(1);
  expect(statSync(versionsFile).mode & 0o777).toBe(0o600);
  expect(readdirSync(`${root}/state`)).toEqual(["versions.json"]);
});

test("questions at the same time are one question", async () => {
  const runner = createPluginRunner({ deadline: () => 5000 });
  const answers = await Promise.all([1, 2, 3].map(() => runner.supportedVersions("count-runs", [bin])));
  expect(new Set(answers.map(String))).toEqual(new Set(["0.4.0,1.0.0,1.1.0"]));
  await runner.supportedVersions("count-runs", [bin]);
  expect(timesAsked()).toBe(1);
});

test("a replaced executable is asked again", async () => {
  await ask("count-runs");
  appendFileSync(`${bin}/count-runs`, "\n# newer\n");
  await ask("count-runs");
  expect(timesAsked()).toBe(2);
});

test("no answer is not remembered", async () => {
  await ask("print-nothing");
  expect(existsSync(versionsFile)).toBe(false);
});

const damaged: readonly [what: string, make: () => void][] = [
  ["no JSON", () => writeFileSync(versionsFile, '{"/opt/cni/bin/bridge": {"finger')],
  [
    "another shape",
    () => writeFileSync(versionsFile, `{"${bin}/count-runs": {"fingerprint": 5, "versions": "all"}}`),
  ],
  ["a list", () => writeFileSync(versionsFile, "[1]")],
  ["a folder", () => mkdirSync(versionsFile)],
];
test.each(damaged)("a memory file that is %s is no failure", async (_what, make) => {
  mkdirSync(`${root}/state`);
  make();
  expect(await ask("count-runs")).toEqual(["0.4.0", "1.0.0", "1.1.0"]);
});

test("a folder for it that cannot be made is no failure", async () => {
  writeFileSync(`${root}/state`, "a file");
  chmodSync(`${root}/state`, 0o400);
  expect(await ask("count-runs")).toEqual(["0.4.0", "1.0.0", "1.1.0"]);
});

test("a question that was stopped is no answer for who waits for the same one", async () => {
  const memory = openVersionMemory({ file: undefined, log: () => {} });
  const executable = { path: "/opt/cni/bin/bridge", fingerprint: "1" };
  const stopped = Promise.withResolvers<readonly string[] | undefined>();
  const first = memory.versionsOf(executable, () => stopped.promise);
  const second = memory.versionsOf(executable, async () => ["1.0.0"]);
  stopped.resolve(undefined);
  expect(await Promise.all([first, second])).toEqual([undefined, ["1.0.0"]]);
  expect(await memory.versionsOf(executable, () => Promise.reject(new Error("asked again")))).toEqual([
    "1.0.0",
  ]);
});
