// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { findPlugin, type PluginLookup } from "./plugin-lookup.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(`${tmpdir()}/plures-lookup-`);
  for (const dir of ["first", "second", "first/folder"]) mkdirSync(`${root}/${dir}`);
  for (const file of ["first/both", "second/both", "second/late", "second/folder", "first/plain"]) {
    writeFileSync(`${root}/${file}`, "#!/bin/sh\n", { mode: 0o755 });
  }
  chmodSync(`${root}/first/plain`, 0o644);
  symlinkSync("both", `${root}/first/linked`);
  symlinkSync("/no/such/file", `${root}/first/dangling`);
  symlinkSync("/no/such/file", `${root}/first/late`);
  symlinkSync("loop", `${root}/first/loop`);
  writeFileSync(`${root}/file`, "");
});
afterAll(() => rmSync(root, { recursive: true }));

const found = (path: string) => ({ kind: "found", path }) as const;
const notRunnable = (path: string, reason: string) =>
  ({ kind: "not-runnable", path, reason: expect.stringContaining(reason) }) as const;

type Row = [what: string, plugin: string, expected: PluginLookup];
const rows: readonly Row[] = [
  ["the first folder wins", "both", found("first/both")],
  ["a link is followed", "linked", found("first/linked")],
  ["a later folder helps out where a link leads nowhere, as under k3s", "late", found("second/late")],
  ["a later folder helps out where a folder has the name", "folder", found("second/folder")],
  [
    "a link that leads nowhere is told of",
    "dangling",
    notRunnable("first/dangling", "link to a file that does not exist"),
  ],
  ["a link in a circle is told of", "loop", notRunnable("first/loop", "ELOOP")],
  ["a missing x bit is told of", "plain", notRunnable("first/plain", "not executable")],
  [
    "what is nowhere is not found",
    "no-such",
    { kind: "not-found", searched: ["first/", "second", "file", "absent"] },
  ],
  ["no slashes", "../first/both", notRunnable("../first/both", "without '/'")],
  ["no folder names", "..", notRunnable("..", "not of a folder")],
  ["no empty name", "", notRunnable("", "empty")],
];

test.each(rows)("%s", (_what, plugin, expected) => {
  const inRoot = (path: string) => `${root}/${path}`;
  const dirs = ["first/", "second", "file", "absent"].map(inRoot);
  const actual = findPlugin(plugin, [dirs[0] ?? "", "", ...dirs.slice(1)]);
  const isPlaced = "path" in expected && /^(first|second)/.test(expected.path);
  if (expected.kind === "not-found") expect(actual).toEqual({ ...expected, searched: dirs });
  else expect(actual).toEqual(isPlaced ? { ...expected, path: inRoot(expected.path) } : expected);
});

test("an empty entry of the path does not mean the folder that we stand in", () => {
  expect(findPlugin("package.json", [""])).toEqual({ kind: "not-found", searched: [] });
});
