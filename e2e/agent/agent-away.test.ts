// SPDX-License-Identifier: Apache-2.0
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { waitUntil } from "../containerd/processes.ts";
import { linksInPod } from "../plugin/leftovers.ts";
import { networkStatusOf } from "../plugin/network-status.ts";
import { type TestPod, usualNetworks } from "../plugin/objects.ts";
import { armStop } from "../plugin/plugin-stops.ts";
import { gcCall, makePod, removeNamespace } from "../plugin/runtime.ts";
import type { AgentProcess } from "./agent-process.ts";
import { type AgentNode, nothing, socketDir, startAgentNode } from "./node.ts";
import { call, configForRuntime, mustCall, refusal, startCall } from "./runtime.ts";

setDefaultTimeout(30_000);

const all = ["eth0 veth", "net1 macvlan", "net2 veth"];
const primaryOnly = ["eth0 veth"];

let node: AgentNode;
let agent: AgentProcess;

beforeAll(async () => {
  node = await startAgentNode(usualNetworks);
});

afterAll(async () => {
  await node?.stop();
});

beforeEach(async () => {
  agent = await node.startAgent();
});

afterEach(async () => {
  await agent.kill();
  // What a failed test leaves must not fail the next one.
  await call(node, gcCall([]));
  node.wentAlone();
});

describe("while the agent is away", () => {
  test("a pod that asks for nothing starts, for the runtime says so", async () => {
    await agent.end();
    const pod = await makePod(node);
    await mustCall(node, { verb: "ADD", pod });
    await expectAttached(pod, primaryOnly);
    await expectDelLeavesNothing(pod);
  });

  test("so does one that the agent has seen, where the runtime passes no annotations", async () => {
    const pod = await makePod(node);
    const file = node.path("/var/lib/cni/multus/plures/plain-pods.json");
    await waitUntil(
      "the agent has listed the pod",
      async () => existsSync(file) && readFileSync(file, "utf8").includes(pod.uid),
    );
    await agent.end();
    await mustCall(node, { verb: "ADD", pod, config: { runtimeConfig: {} } });
    await expectAttached(pod, primaryOnly);
    await expectDelLeavesNothing(pod);
  });

  test("a pod of a system namespace starts, whatever it asks for", async () => {
    await agent.end();
    const pod = await makePod(node, "default/lan", "kube-system");
    await mustCall(node, { verb: "ADD", pod });
    await expectAttached(pod, primaryOnly);
    await expectDelLeavesNothing(pod);
  });

  const silences = [
    ["the runtime passes its annotations", {}],
    ["the runtime passes none", { runtimeConfig: {} }],
  ] as const;
  test.each(silences)(
    "a pod that asks for networks is to be tried again (%s), and gets them once the agent is back",
    async (_, config) => {
      await agent.end();
      const pod = await makePod(node, "lan,data");
      const { line, whole } = await refusal(node, { verb: "ADD", pod, config }, 11);
      expect(line).toContain(`pod default/${pod.name}`);
      expect(line).toContain("the node's agent cannot be asked");
      expect(line).toContain(`${socketDir}/multus.sock`);
      expect(whole).toContain("start the agent of this node");
      await expectAttached(pod, []);
      expect(await node.leftovers()).toEqual(nothing);
      expect(networkStatusOf(node, pod)).toBeUndefined();

      agent = await node.startAgent();
      await mustCall(node, { verb: "ADD", pod, config });
      await expectAttached(pod, all);
      expect(networkStatusOf(node, pod)).toMatchObject([{ name: "cbr0" }, { name: "default/lan" }, {}]);
      await expectDelLeavesNothing(pod);
    },
  );

  test("what it attached can be checked, deleted, and collected, with namespace and without", async () => {
    // CHECK of a bridge fails once its address has changed, as it does with every port (plugins 1.1.1).
    const pods = await Promise.all(
      ["lan", "lan,data", "lan,data"].map((networks) => makePod(node, networks)),
    );
    const [deleted, gone, collected] = pods as [TestPod, TestPod, TestPod]; // There are three.
    await Promise.all(pods.map((pod) => mustCall(node, { verb: "ADD", pod })));
    await agent.kill();
    await mustCall(node, { verb: "CHECK", pod: deleted });
    await mustCall(node, { verb: "DEL", pod: deleted });
    await removeNamespace(node, gone);
    await mustCall(node, { verb: "DEL", pod: { ...gone, netns: "" } });
    await removeNamespace(node, collected);
    await mustCall(node, gcCall([]));
    await removeNamespace(node, deleted);
    expect(node.wentAlone().map((reason) => reason.split(" ")[0])).toEqual(["CHECK", "DEL", "DEL", "GC"]);
    expect(await node.leftovers()).toEqual(nothing);
  });
});

describe("SIGTERM", () => {
  /** A pod whose ADD waits before its second network. */
  async function halfAttached() {
    const pod = await makePod(node, "lan,data");
    const stop = await armStop(node.workDir, {
      containerId: pod.containerId,
      verb: "ADD",
      plugin: "macvlan",
      interface: "net1",
      when: "before",
    });
    const running = startCall(node, { verb: "ADD", pod });
    await stop.reached();
    return { pod, stop, running };
  }

  test("what runs is finished; who comes meanwhile is refused or goes alone; socket and files are left as documented", async () => {
    const config = configForRuntime(node);
    const { pod, stop, running } = await halfAttached();
    const ended = agent.end();
    await waitUntil("the agent knows", async () =>
      agent.log().some(({ msg }) => msg.includes("told to end")),
    );

    const late = await makePod(node, "lan");
    const { whole } = await refusal(node, { verb: "ADD", pod: late }, 11);
    expect(whole).toContain("is shutting down");
    const plain = await makePod(node);
    await mustCall(node, { verb: "ADD", pod: plain });
    await mustCall(node, { verb: "DEL", pod: plain });
    expect(node.wentAlone().map((reason) => reason.split(" ")[0])).toEqual(["ADD", "ADD", "DEL"]);
    expect(agent.isRunning).toBe(true);

    await stop.release();
    expect(await running.ended).toMatchObject({ exitCode: 0 });
    stop.disarm();
    await expectAttached(pod, all);
    expect(networkStatusOf(node, pod)).toBeArrayOfSize(3);
    expect(await ended).toBe(0);
    expect(node.wentAlone()).toEqual([]);
    expect(readdirSync(node.path(socketDir))).toEqual([]);
    expect(configForRuntime(node)).toEqual(config);
    await Promise.all([late, plain].map((each) => removeNamespace(node, each)));
    await expectDelLeavesNothing(pod);
  });

  test("what takes longer than the grace period is to be tried again, and DEL leaves nothing of it", async () => {
    await agent.end();
    agent = await node.startAgent({ config: { graceSeconds: 1 } });
    const { pod, stop, running } = await halfAttached();
    expect(await agent.end()).toBe(0);
    const { exitCode, stdout } = await running.ended;
    expect({ exitCode, error: JSON.parse(stdout) }).toMatchObject({ exitCode: 1, error: { code: 11 } });
    stop.disarm();
    await expectDelLeavesNothing(pod);
  });
});

async function expectAttached(pod: TestPod, links: readonly string[]): Promise<void> {
  expect(await linksInPod(node, pod)).toEqual([...links]);
}

async function expectDelLeavesNothing(pod: TestPod): Promise<void> {
  await mustCall(node, { verb: "DEL", pod });
  await expectAttached(pod, []);
  await removeNamespace(node, pod);
  expect(await node.leftovers()).toEqual(nothing);
}
