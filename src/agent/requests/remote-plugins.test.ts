// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { PluginEnding, PluginInvocation } from "../../cni/index.ts";
import { createPluginRunner } from "../../host/index.ts";
import { type FixturePlugin, installFixturePlugins } from "../../testing/plugins/index.ts";
import type { PluginRunner } from "../../verbs/index.ts";
import { handsOfThisHost } from "./hands-testbed.ts";
import { createRemotePlugins, type RemotePluginsOptions } from "./remote-plugins.ts";
import { newVersionMemory } from "./shim-testbed.ts";

let bin: string;
beforeEach(() => {
  bin = installFixturePlugins(mkdtempSync(`${tmpdir()}/plures-remote-`));
});
afterEach(() => rmSync(bin, { recursive: true }));

function remote(changes: Partial<RemotePluginsOptions> = {}): PluginRunner {
  return createRemotePlugins({
    hands: handsOfThisHost([bin]),
    deadline: () => 5000,
    signal: new AbortController().signal,
    allowedDirs: [bin],
    memory: newVersionMemory(),
    ...changes,
  });
}

const invocation = (plugin: string, config: object = {}): PluginInvocation => ({
  verb: "ADD",
  plugin,
  searchDirs: [bin],
  environment: { CNI_COMMAND: "ADD", CNI_CONTAINERID: "c1", CNI_IFNAME: "eth0", CNI_NETNS: "/x" },
  stdin: JSON.stringify({ cniVersion: "1.0.0", name: "n", type: plugin, ...config }),
});

/** What does not depend on when it ran. */
function timeless(ending: PluginEnding): unknown {
  return "milliseconds" in ending ? { ...ending, milliseconds: 0 } : ending;
}

const plugins: readonly (readonly [FixturePlugin | "absent" | "../etc", object])[] = [
  ["echo-result", {}],
  ["fail-with-code", { code: 11 }],
  ["die-by-signal", {}],
  ["print-garbage", {}],
  ["exit-nonzero-with-success-json", {}],
  ["ignore-stdin", {}],
  ["absent", {}],
];
test.each(plugins)("%s ends as if it were run here", async (plugin, config) => {
  const here = createPluginRunner({ deadline: () => 5000 });
  const asked = invocation(plugin, config);
  expect(timeless(await remote().run(asked))).toEqual(timeless(await here.run(asked)));
  const runnable = await remote().whyNotRunnable(plugin, [bin]);
  expect(runnable).toEqual(await here.whyNotRunnable(plugin, [bin]));
});

test("what would be no step of a shim ends as not runnable", async () => {
  expect(await remote().run(invocation("../etc"))).toMatchObject({
    kind: "not-runnable",
    reason: expect.stringContaining("the host does not allow it"),
  });
  expect(await remote().run({ ...invocation("echo-result"), stdin: "x".repeat(5_000_000) })).toMatchObject({
    kind: "not-runnable",
  });
});

test("too much output and too long a run", async () => {
  expect(await remote().run(invocation("flood-output"))).toMatchObject({ kind: "too-much-output" });
  expect(await remote({ deadline: () => 100 }).run(invocation("hang"))).toMatchObject({
    kind: "timed-out",
    afterMs: 100,
  });
  expect(await remote({ deadline: () => 0 }).run(invocation("hang"))).toMatchObject({ kind: "timed-out" });
});

test("the request's signal and the run's own end it", async () => {
  for (const which of ["request", "run"] as const) {
    const stop = new AbortController();
    const none = new AbortController().signal;
    const runner = remote({ signal: which === "request" ? stop.signal : none });
    const running = runner.run(invocation("hang"), { signal: which === "run" ? stop.signal : none });
    await Bun.sleep(20);
    stop.abort();
    expect((await running).kind).toBe("cancelled");
  }
});

test("when the shim has gone, runs are cancelled and questions reject", async () => {
  const hands = handsOfThisHost([bin]);
  const gone = new AbortController();
  const runner = remote({ hands, signal: gone.signal });
  const running = runner.run(invocation("hang"));
  await Bun.sleep(20);
  hands.release();
  gone.abort();
  expect((await running).kind).toBe("cancelled");
  await expect(runner.whyNotRunnable("echo-result", [bin])).rejects.toMatchObject({ code: 11 });
});

test("folders of an old plan that the shim does not know any more are left out", async () => {
  const old = invocation("echo-result");
  const environment = { ...old.environment, CNI_PATH: `/opt/old/bin:${bin}` };
  const asked = { ...old, environment, searchDirs: ["/opt/old/bin", bin] };
  expect(await remote().run(asked)).toMatchObject({ kind: "exited", exitCode: 0 });
  const nowhere = { ...asked, searchDirs: ["/opt/old/bin"] };
  expect(await remote().run(nowhere)).toEqual({ kind: "not-found", searched: [] });
});

test("a configured folder that is no plugin folder of the host is told, with the way out", async () => {
  const plugins = remote({ allowedDirs: [bin, "/configured"] });
  const asked = { ...invocation("echo-result"), searchDirs: ["/configured", bin] };
  const reason = expect.stringMatching(/"\/configured" is no plugin folder .*multus\.plugin-folders$/);
  expect(await plugins.run(asked)).toMatchObject({ kind: "not-runnable", reason });
  expect(await plugins.whyNotRunnable("echo-result", asked.searchDirs)).toMatchObject({ reason });
});

test("an executable is asked for its versions once for all connections, and again when it is replaced", async () => {
  const memory = newVersionMemory();
  const ask = () => remote({ memory }).supportedVersions("count-runs", [bin]);
  const timesAsked = () =>
    existsSync(`${bin}/count-runs.runs`)
      ? readFileSync(`${bin}/count-runs.runs`, "utf8").split("\n").length - 1
      : 0;
  const versions = ["0.4.0", "1.0.0", "1.1.0"];
  expect(await Promise.all([ask(), ask()])).toEqual([versions, versions]);
  await ask();
  expect(timesAsked()).toBe(1);
  appendFileSync(`${bin}/count-runs`, "\n# newer\n");
  await ask();
  expect(timesAsked()).toBe(2);
  expect(await remote({ memory }).supportedVersions("absent", [bin])).toBeUndefined();
});

test("who watches is told of every run", async () => {
  const seen: string[] = [];
  const runner = remote({ ran: ({ plugin }, { kind }) => void seen.push(`${plugin} ${kind}`) });
  await runner.run(invocation("echo-result"));
  await runner.run(invocation("absent"));
  expect(seen).toEqual(["echo-result exited", "absent not-found"]);
});
