// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import type { PluginEnding, PluginInvocation } from "../cni/index.ts";
import { type FixturePlugin, installFixturePlugins } from "../testing/plugins/index.ts";
import { isAlive, readPids, waitUntil } from "../testing/plugins/processes.ts";
import { createPluginRunner, type PluginRunnerOptions } from "./run-plugin.ts";

let dir: string;
beforeAll(() => {
  dir = installFixturePlugins(mkdtempSync(`${tmpdir()}/plures-run-`));
});
afterAll(() => rmSync(dir, { recursive: true }));

function invocation(plugin: string, config: object = {}): PluginInvocation {
  return {
    verb: "ADD",
    plugin,
    searchDirs: [dir],
    environment: {
      CNI_COMMAND: "ADD",
      CNI_CONTAINERID: "c1",
      CNI_NETNS: "/run/netns/x",
      CNI_IFNAME: "net1",
      CNI_PATH: dir,
    },
    stdin: JSON.stringify({ cniVersion: "1.0.0", name: "n", type: plugin, ...config }),
  };
}

function run(plugin: FixturePlugin, config: object = {}, options: Partial<PluginRunnerOptions> = {}) {
  return createPluginRunner({ deadline: () => 10_000, ...options }).run(invocation(plugin, config));
}

describe("every way in which a plugin can end", () => {
  const rows: readonly [FixturePlugin, Partial<PluginRunnerOptions>, object][] = [
    [
      "echo-result",
      {},
      {
        kind: "exited",
        exitCode: 0,
        stderr: "",
        stdout: expect.stringContaining('"sandbox":"/run/netns/x"'),
      },
    ],
    [
      "fail-with-code",
      {},
      { kind: "exited", exitCode: 1, stderr: "about to fail\n", stdout: expect.stringContaining('"code":7') },
    ],
    ["print-garbage", {}, { kind: "exited", exitCode: 0, stdout: expect.stringContaining("panic") }],
    ["print-nothing", {}, { kind: "exited", exitCode: 0, stdout: "", stderr: "" }],
    [
      "exit-nonzero-with-success-json",
      {},
      { kind: "exited", exitCode: 3, stdout: expect.stringContaining("interfaces") },
    ],
    ["ignore-stdin", {}, { kind: "exited", exitCode: 0, stdout: expect.stringContaining("interfaces") }],
    ["die-by-signal", {}, { kind: "signalled", signal: "SIGSEGV", stderr: "about to crash\n" }],
    ["hang", { deadline: () => 100 }, { kind: "timed-out", afterMs: 100 }],
    ["hang-ignoring-sigterm", { deadline: () => 100, graceMs: 100 }, { kind: "timed-out", afterMs: 100 }],
    ["hang", { deadline: () => 0 }, { kind: "timed-out", afterMs: 0, milliseconds: 0 }],
    ["hang", { signal: AbortSignal.abort() }, { kind: "cancelled", milliseconds: 0 }],
    ["flood-output", { maxOutputBytes: 5000 }, { kind: "too-much-output", limitBytes: 5000 }],
  ];
  test.each(rows)("%s", async (plugin, options, expected) => {
    const ending = await run(plugin, {}, options);
    expect(ending).toMatchObject({ path: `${dir}/${plugin}`, ...expected });
    expect("milliseconds" in ending && ending.milliseconds).toBeWithin(0, 3000);
  });
});

test("output up to the bound is kept whole, and what is beyond it is dropped", async () => {
  const exact = await run("echo-result");
  const bytes = "stdout" in exact ? exact.stdout.length : 0;
  expect(await run("echo-result", {}, { maxOutputBytes: bytes })).toMatchObject({ kind: "exited" });
  const cut = await run("echo-result", {}, { maxOutputBytes: bytes - 1 });
  expect("stdout" in cut ? cut.stdout.length : 0).toBe(bytes - 1);
});

test("SIGKILL comes only after the grace", async () => {
  const ending = await run("hang-ignoring-sigterm", {}, { deadline: () => 50, graceMs: 300 });
  expect("milliseconds" in ending && ending.milliseconds).toBeWithin(350, 3000);
});

test("cancellation ends a running plugin and what it started", async () => {
  const pids = `${dir}/cancelled.pids`;
  const controller = new AbortController();
  const ending = run("hang-with-child", { pids }, { signal: controller.signal });
  const family = await readPids(pids);
  controller.abort();
  expect(await ending).toMatchObject({ kind: "cancelled" });
  await waitUntil(() => !family.some(isAlive));
});

test("a signal of one run ends that run alone, or keeps it from starting", async () => {
  const runner = createPluginRunner({ deadline: () => 10_000, signal: new AbortController().signal });
  const pids = `${dir}/one.pids`;
  const one = new AbortController();
  const hanging = runner.run(invocation("hang-with-child", { pids }), { signal: one.signal });
  const family = await readPids(pids);
  one.abort();
  expect(await hanging).toMatchObject({ kind: "cancelled" });
  await waitUntil(() => !family.some(isAlive));
  expect(await runner.run(invocation("echo-result"), { signal: one.signal })).toMatchObject({
    kind: "cancelled",
    milliseconds: 0,
  });
  expect(await runner.run(invocation("echo-result"))).toMatchObject({ kind: "exited" });
});

test("a process that a plugin leaves behind holds us up no longer than a moment, and lives on", async () => {
  const pids = `${dir}/left.pids`;
  const ending = await run("leave-child-behind", { pids });
  expect(ending).toMatchObject({
    kind: "exited",
    exitCode: 0,
    stdout: expect.stringContaining("interfaces"),
  });
  expect("milliseconds" in ending && ending.milliseconds).toBeWithin(0, 2000);
  const [left = 0] = await readPids(pids);
  expect(isAlive(left)).toBe(true);
  process.kill(left, "SIGKILL");
});

test("a large configuration arrives whole", async () => {
  const callLog = `${dir}/large.log`;
  await run("echo-result", { callLog, padding: "x".repeat(300_000) });
  expect(JSON.parse(readFileSync(callLog, "utf8")).config.padding).toHaveLength(300_000);
});

test("a plugin sees our environment with every CNI_* replaced, and can open /dev/stderr", async () => {
  const environment = {
    PATH: process.env.PATH,
    HTTPS_PROXY: "http://127.0.0.1:9",
    CNI_ARGS: "ours",
    CNI_OWN: "ours",
  };
  const ending = await run("show-environment", {}, { environment });
  expect(ending).toMatchObject({ kind: "exited", exitCode: 0 });
  if (ending.kind !== "exited") throw new Error(ending.kind);
  const seen = ending.stdout.split("\n");
  expect(seen).toContain("HTTPS_PROXY=http://127.0.0.1:9");
  expect(seen).toContain("CNI_COMMAND=ADD");
  expect(seen.filter((line) => line.includes("ours"))).toEqual([]);
  // Input, two outputs, the leash; 10 is the script itself.
  expect(ending.stderr.split("\n").filter((name) => name !== "" && Number(name) < 10)).toEqual([
    "0",
    "1",
    "2",
    "3",
  ]);
});

test("many runs, side by side too, leave no descriptor open", async () => {
  const open = () => {
    Bun.gc(true);
    return readdirSync("/proc/self/fd").length;
  };
  await run("echo-result");
  const before = open();
  for (let round = 0; round < 5; round++) {
    const endings = await Promise.all(Array.from({ length: 8 }, () => run("echo-result")));
    expect(endings.every((ending) => ending.kind === "exited")).toBe(true);
  }
  await Bun.sleep(20);
  expect(open()).toBeLessThan(before + 8);
});

test("what is not there or cannot be run never starts", async () => {
  const runner = createPluginRunner({ deadline: () => 1000 });
  expect(await runner.run(invocation("no-such"))).toEqual({ kind: "not-found", searched: [dir] });
  mkdirSync(`${dir}/folder`);
  symlinkSync("/no/such", `${dir}/dangling`);
  const reasons: PluginEnding[] = [];
  for (const name of ["folder", "dangling", "../x"]) reasons.push(await runner.run(invocation(name)));
  expect(reasons.map((ending) => ending.kind)).toEqual(["not-runnable", "not-runnable", "not-runnable"]);
});
