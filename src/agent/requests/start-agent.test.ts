// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createObjectCluster } from "../../cluster/index.ts";
import type { AgentMessage, ShimMessage } from "../../protocol/index.ts";
import { statePaths } from "../../shim/index.ts";
import { installFixturePlugins } from "../../testing/plugins/index.ts";
import type { PluginRun } from "../monitoring/metrics.ts";
import { createSweepTurns } from "../upkeep/sweep-turns.ts";
import { askFromShim, connectRaw, until } from "./shim-testbed.ts";
import { type Agent, type AgentOptions, startAgent } from "./start-agent.ts";

let folder: string;
let binDir: string;
let agent: Agent | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plures-agent-"));
  binDir = installFixturePlugins(join(folder, "bin"));
  writeFileSync(join(binDir, "slow-add"), slowAdd, { mode: 0o755 });
});
afterEach(() => {
  agent?.server.close();
  rmSync(folder, { recursive: true });
});

/** Takes its time for ADD, none for what undoes it. */
const slowAdd = `#!/bin/sh
case $CNI_COMMAND in
VERSION) echo '{"cniVersion":"1.0.0","supportedVersions":["1.0.0"]}' ;;
ADD) sleep 1; echo '{"cniVersion":"1.0.0"}' ;;
esac
`;

const pod = { namespace: "default", name: "web", uid: "u-1", annotations: {} };
const none = { waiting: 0, running: 0 };

function start(changes: Partial<AgentOptions> = {}): Agent {
  const { cluster } = createObjectCluster({ pods: [pod], networks: [] });
  agent = startAgent({
    socketDir: join(folder, "run"),
    software: "plures test",
    clusterFor: () => cluster,
    log: () => {},
    ...changes,
  });
  return agent;
}

interface Asked {
  readonly verb: "ADD" | "DEL" | "STATUS";
  readonly containerId?: string;
  readonly plugin?: object;
  readonly config?: object;
  readonly patienceMs?: number;
}

function requestOf({ verb, containerId = "c1", plugin = {}, config = {}, patienceMs = 20_000 }: Asked) {
  const delegate = {
    cniVersion: "1.0.0",
    name: "cbr0",
    type: "echo-result",
    callLog: join(folder, "calls"),
    ...plugin,
  };
  const multus = {
    ...{ cniVersion: "1.1.0", name: "m", type: "multus", cniDir: join(folder, "cni"), binDir },
    ...{ logToStderr: false, delegates: [delegate], ...config },
  };
  const args = "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_UID=u-1";
  const environment = {
    ...{ CNI_COMMAND: verb, CNI_CONTAINERID: containerId, CNI_NETNS: "/run/netns/absent" },
    ...{ CNI_IFNAME: "eth0", CNI_PATH: binDir, CNI_ARGS: args },
  };
  return {
    kind: "request" as const,
    patienceMs,
    environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    stdin: new TextEncoder().encode(JSON.stringify(multus)),
  };
}

async function ask(asked: Asked | Extract<ShimMessage, { kind: "sweep" }>) {
  const opening = "verb" in asked ? requestOf(asked) : asked;
  const answer = await askFromShim({ socketDir: join(folder, "run"), opening, searchDirs: [binDir] });
  if ("reason" in answer) throw new Error(answer.reason);
  return answer;
}

const calls = (): readonly string[] =>
  existsSync(join(folder, "calls"))
    ? readFileSync(join(folder, "calls"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
        .map(({ verb, containerId }) => `${verb} ${containerId}`)
    : [];

const journal = (): readonly string[] => {
  const dir = statePaths(join(folder, "cni")).journal;
  return existsSync(dir) ? readdirSync(dir) : [];
};

const greeting: ShimMessage = { kind: "greeting", lowest: 1, highest: 1, software: "test" };

/** A shim that stops lending when the test says so. */
async function shimThatGoes(asked: Asked) {
  const line = await connectRaw(join(folder, "run"));
  line.send(greeting, requestOf(asked));
  const end = (id: number, kind: "exited" | "found" | "no-namespace", output: string): void => {
    const ending = {
      kind,
      number: 0,
      microseconds: 5,
      path: "/x",
      output: Buffer.from(output),
      errors: new Uint8Array(),
    };
    line.send({ kind: "step-ended", id, ending });
  };
  const versions = '{"cniVersion":"1.0.0","supportedVersions":["1.0.0"]}';
  let done = 0;
  const lendUntil = (isEnough: (message: AgentMessage) => boolean): void => {
    for (const message of line.got.slice(done)) {
      if (isEnough(message)) return;
      done += 1;
      if (message.kind === "look") end(message.id, "found", "1");
      if (message.kind === "run") end(message.id, "exited", versions);
    }
  };
  return { ...line, lendUntil };
}

test("a shim that goes in the middle of ADD leaves the entry for DEL, and no turn is kept", async () => {
  const requests: string[] = [];
  const metrics = {
    request: (verb: string, outcome: string) => void requests.push(`${verb} ${outcome}`),
    plugin: () => {},
  };
  const { server, queue } = start({ metrics });
  const { got, hangUp, lendUntil } = await shimThatGoes({ verb: "ADD" });
  const isAdd = (message: AgentMessage): boolean =>
    message.kind === "run" && message.run.environment.includes("CNI_COMMAND=ADD");
  await until(() => {
    lendUntil(isAdd);
    return got.some(isAdd);
  });
  expect(journal()).toEqual(["c1@eth0.jsonl"]);
  hangUp();
  await until(() => server.connections === 0 && queue.running === 0);
  expect(journal()).toEqual(["c1@eth0.jsonl"]);
  expect(await ask({ verb: "DEL" })).toEqual({ stdout: "", exitCode: 0 });
  expect([journal(), calls(), queue]).toMatchObject([[], ["DEL c1"], none]);
  expect(requests).toEqual(["ADD gone", "DEL ok"]);
});

test("a request that the runtime ends before anything ran begins no entry", async () => {
  const asked = Promise.withResolvers<void>();
  const found = Promise.withResolvers<void>();
  const { cluster } = createObjectCluster({ pods: [pod], networks: [] });
  const readPod = async (namespace: string, name: string) => {
    asked.resolve();
    await found.promise;
    return cluster.readPod(namespace, name);
  };
  start({ clusterFor: () => ({ ...cluster, readPod }) });
  const { got, send, lendUntil } = await shimThatGoes({ verb: "ADD" });
  await asked.promise;
  send({ kind: "cancel" });
  await Bun.sleep(20);
  found.resolve();
  await until(() => {
    lendUntil(() => false);
    return got.some(({ kind }) => kind === "answer");
  });
  expect(got.find(({ kind }) => kind === "answer")).toMatchObject({ exitCode: 1 });
  expect([journal(), calls()]).toEqual([[], []]);
});

test("requests for one container come one after another, in the order in which they came", async () => {
  start();
  const endings = await Promise.all([
    ask({ verb: "ADD" }),
    ask({ verb: "DEL" }),
    ask({ verb: "ADD" }),
    ask({ verb: "ADD", containerId: "c2" }),
  ]);
  expect(endings.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
  expect(calls().filter((call) => call.endsWith("c1"))).toEqual(["ADD c1", "DEL c1", "ADD c1"]);
  expect(journal().toSorted()).toEqual(["c1@eth0.jsonl", "c2@eth0.jsonl"]);
});

test("a slow plugin blocks only its pod, until all turns are taken; who waits too long may try again", async () => {
  const { queue } = start({ limit: 2 });
  const slow = ask({ verb: "ADD", plugin: { type: "slow-add" } });
  await until(() => queue.running === 1);
  expect((await ask({ verb: "ADD", containerId: "c2" })).exitCode).toBe(0);
  const same = await ask({ verb: "DEL", patienceMs: 400 });
  expect(JSON.parse(same.stdout)).toMatchObject({
    code: 11,
    msg: expect.stringContaining("waiting for a turn"),
  });
  expect((await slow).exitCode).toBe(0);
});

test("what was waited for a turn counts against the deadline", async () => {
  const { queue } = start({ limit: 1 });
  const slow = ask({ verb: "ADD", plugin: { type: "slow-add" } });
  await until(() => queue.running === 1);
  const waited = ask({ verb: "ADD", containerId: "c2", config: { deadlineSeconds: 1 } });
  await slow;
  expect(JSON.parse((await waited).stdout)).toMatchObject({ code: 11 });
  expect(calls().filter((call) => call === "ADD c2")).toEqual([]);
});

test("requests and plugins are counted, each with how it ended", async () => {
  const requests: string[] = [];
  const plugins: string[] = [];
  const metrics = {
    request: (verb: string, outcome: string) => void requests.push(`${verb} ${outcome}`),
    plugin: ({ verb, plugin, network, outcome }: PluginRun) =>
      void plugins.push(`${verb} ${plugin} ${network} ${outcome}`),
  };
  start({ metrics });
  await ask({ verb: "ADD" });
  await ask({ verb: "ADD", containerId: "c2", plugin: { type: "fail-with-code", code: 11 } });
  await ask({ verb: "STATUS", plugin: { type: "absent" } });
  expect(requests).toEqual(["ADD ok", "ADD try-again", "STATUS failed"]);
  expect(plugins).toContain("ADD echo-result cbr0 ok");
  expect(plugins).toContain("ADD fail-with-code cbr0 failed");
});

test("an environment that no shim sends ends the connection", async () => {
  const { server, queue } = start();
  const line = await connectRaw(join(folder, "run"));
  line.send(greeting, { ...requestOf({ verb: "ADD" }), environment: ["PATH=/x"] });
  await line.closed;
  await until(() => server.connections === 0);
  expect(queue).toMatchObject(none);
});

test("a sweep takes away what gone containers left, and leaves those that somebody works on", async () => {
  const { queue } = start({
    sweep: { cniDir: join(folder, "cni"), quietMs: 0, pluginMs: 5000, listSandboxes: undefined },
  });
  await ask({ verb: "ADD", containerId: "gone" });
  const busy = ask({ verb: "ADD", plugin: { type: "slow-add" } });
  await until(() => queue.running === 1 && journal().length === 2);
  const swept = await ask({ kind: "sweep", patienceMs: 5000, searchDirs: [binDir] });
  expect(swept).toEqual({ stdout: "taken away: gone eth0\n", exitCode: 0 });
  expect(calls()).toContain("DEL gone");
  expect(journal()).toEqual(["c1@eth0.jsonl"]);
  await busy;
});

test("the next request that is no ADD takes one leftover along, until there is none", async () => {
  const sweepTurns = createSweepTurns(60_000);
  start({
    sweep: { cniDir: join(folder, "cni"), quietMs: 0, pluginMs: 5000, listSandboxes: undefined },
    sweepTurns,
  });
  for (const containerId of ["gone-a", "gone-b", "c1"]) await ask({ verb: "ADD", containerId });
  expect(journal().length).toBe(3);
  expect(await ask({ verb: "DEL" })).toMatchObject({ exitCode: 0 });
  expect(journal().length).toBe(1);
  expect(sweepTurns.leaks()).toEqual({ found: 1, left: 0 });
  await ask({ verb: "DEL" });
  expect(journal()).toEqual([]);
  expect(sweepTurns.leaks()).toEqual({ found: 2, left: 0 });
});

test("without settings a sweep says so", async () => {
  start();
  expect((await ask({ kind: "sweep", patienceMs: 500, searchDirs: [binDir] })).exitCode).toBe(3);
});
