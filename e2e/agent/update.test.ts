// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { inspectPod } from "../../src/host/sandbox/index.ts";
import { waitUntil } from "../containerd/processes.ts";
import { networkStatusOf } from "../plugin/network-status.ts";
import { type TestPod, usualNetworks } from "../plugin/objects.ts";
import { announcePod, makeNamespace, makePod, removeNamespace } from "../plugin/runtime.ts";
import type { AgentProcess } from "./agent-process.ts";
import { type AgentNode, nothing, startAgentNode } from "./node.ts";
import { call, hostPortOf, mustCall } from "./runtime.ts";

setDefaultTimeout(60_000);

let node: AgentNode;
let agent: AgentProcess;

beforeEach(async () => {
  node = await startAgentNode(usualNetworks);
  agent = await node.startAgent();
});

afterEach(async () => {
  await node.stop();
});

const crowd = 50;
const withPorts = 10;

test(`${crowd} pods at once, three networks each: addresses of their own, a status each, nobody goes alone`, async () => {
  const pods = await Promise.all(Array.from({ length: crowd }, () => makePod(node, "lan,data@data0")));
  const portOf = (index: number) => (index < withPorts ? { hostPort: 21_000 + index } : {});
  await Promise.all(pods.map((pod, index) => mustCall(node, { verb: "ADD", pod, ...portOf(index) })));

  const inPods = await Promise.all(
    pods.map(async ({ netns }) => (await inspectPod(node.path(netns))).interfaces),
  );
  const named = inPods.map((interfaces) => interfaces.map(({ name, kind }) => `${name} ${kind}`));
  expect(named).toEqual(pods.map(() => ["eth0 veth", "net1 macvlan", "data0 veth"]));
  const addresses = inPods.flat().flatMap((each) => each.addresses);
  expect(new Set(addresses).size).toBe(3 * crowd);
  expect(pods.map((pod) => networkStatusOf(node, pod))).toMatchObject(
    inPods.map((interfaces) => interfaces.map(({ name, mac }) => ({ interface: name, mac }))),
  );
  expect(node.api.counts().get("patch pods/status")).toBe(crowd);
  expect(node.api.counts().get("get pods")).toBeUndefined();
  expect(await agent.metric("plures_requests_total", 'verb="ADD",outcome="ok"')).toBe(crowd);

  await Promise.all(pods.map((pod) => mustCall(node, { verb: "DEL", pod })));
  await Promise.all(pods.map((pod) => removeNamespace(node, pod)));
  expect(node.wentAlone()).toEqual([]);
  expect(await node.leftovers()).toEqual(nothing);
});

test("a newer agent takes over under load, twice: every pod is served, and nobody goes alone", async () => {
  const load = startLoad(6);
  await load.whenServed(12);
  for (let update = 0; update < 2; update += 1) {
    const younger = await node.startAgent();
    await load.whenServed(6);
    expect(await agent.end()).toBe(0);
    agent = younger;
    await load.whenServed(6);
    expect(await agent.metric("plures_requests_total", 'verb="ADD",outcome="ok"')).toBeGreaterThan(5);
  }
  expect(await load.stop()).toEqual([]);
  expect(node.wentAlone()).toEqual([]);
  expect(await node.leftovers()).toEqual(nothing);
});

test("a younger agent that is killed gives the node back to the older one", async () => {
  const younger = await node.startAgent();
  await younger.kill();
  const pod = await makePod(node, "lan,data");
  // Until the older one has noticed, the runtime is told to try again, as with no agent at all.
  await waitUntil("the older one serves", async () => {
    const { exitCode, stdout } = await call(node, { verb: "ADD", pod });
    if (exitCode !== 0) expect(JSON.parse(stdout)).toMatchObject({ code: 11 });
    return exitCode === 0;
  });
  await mustCall(node, { verb: "DEL", pod });
  await removeNamespace(node, pod);
  expect(agent.isRunning).toBe(true);
  expect(await node.leftovers()).toEqual(nothing);
});

/** `width` pods at a time come and go, one after another, until it is stopped. */
function startLoad(width: number) {
  let isOver = false;
  let served = 0;
  const failures: string[] = [];
  const workers = Array.from({ length: width }, async () => {
    while (!isOver) {
      const failure = await liveOnce(announcePod(node, "lan,data"));
      served += 1;
      if (failure !== undefined) failures.push(failure);
    }
  });
  return {
    /** Resolves when so many more have come and gone. */
    async whenServed(more: number): Promise<void> {
      const enough = served + more;
      while (served < enough) await Bun.sleep(10);
    },
    /** Ends in order; what went wrong, one line each. */
    async stop(): Promise<readonly string[]> {
      isOver = true;
      await Promise.all(workers);
      return failures;
    },
  };
}

async function liveOnce(pod: TestPod): Promise<string | undefined> {
  await makeNamespace(node, pod);
  const hostPort = hostPortOf(pod);
  const endings = [
    await call(node, { verb: "ADD", pod, hostPort }),
    await call(node, { verb: "DEL", pod, hostPort }),
  ];
  await removeNamespace(node, pod);
  const bad = endings.find(({ exitCode }) => exitCode !== 0);
  return bad && `${pod.name}: ${bad.stdout}${bad.stderr}`;
}
