// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shimSettings, whyNoAgent } from "./find-agent.ts";

const settingsRows = [
  {
    title: "nothing",
    text: "{}",
    socketDir: "/run/multus",
    patienceMs: 235_000,
  },
  {
    title: "all of it, in any case",
    text: '{"DaemonSocketDir": "/s", "deadlineSeconds": 10}',
    socketDir: "/s",
    patienceMs: 25_000,
  },
  {
    title: "values of the wrong kind",
    text: '{"daemonSocketDir": 7, "deadlineSeconds": "x"}',
    socketDir: "/run/multus",
    patienceMs: 235_000,
  },
  {
    title: "no JSON",
    text: "{",
    socketDir: "/run/multus",
    patienceMs: 235_000,
  },
  {
    title: "no object",
    text: "[1]",
    socketDir: "/run/multus",
    patienceMs: 235_000,
  },
];
test.each(settingsRows)("a configuration with $title", ({ text, title: _, ...expected }) => {
  expect(shimSettings(text)).toEqual(expected);
});

let folder: string;
let server: ReturnType<typeof Bun.listen>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plures-find-"));
  server = Bun.listen({ unix: join(folder, "multus.sock"), socket: { data: () => {} } });
  mkdirSync(join(folder, "plain"));
  writeFileSync(join(folder, "plain/multus.sock"), "");
});
afterAll(() => {
  server.stop(true);
  rmSync(folder, { recursive: true });
});

const placeRows = [
  { title: "a folder of our own", dir: "", mode: 0o700, reason: undefined },
  { title: "one that others may read", dir: "/", mode: 0o755, reason: undefined },
  { title: "one that a group may write to", dir: "", mode: 0o720, reason: /may write to/ },
  { title: "one that everybody may write to, sticky or not", dir: "", mode: 0o1777, reason: /may write to/ },
  { title: "a plain file", dir: "/plain", mode: 0o700, reason: /there is no socket/ },
  { title: "nothing", dir: "/absent", mode: 0o700, reason: /there is no socket/ },
  { title: "a file in the folder's place", dir: "/plain/multus.sock", mode: 0o700, reason: /multus\.sock/ },
];
test.each(placeRows)("the socket's place: $title", ({ dir, mode, reason }) => {
  chmodSync(folder, mode);
  const problem = whyNoAgent(folder + dir);
  if (reason === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(reason);
});

test("a relative folder would depend on where a runtime stands", () => {
  expect(whyNoAgent("run/multus")).toMatch("no whole path");
});
