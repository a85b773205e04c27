// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { waitUntil } from "../containerd/processes.ts";
import { leasesOf, linksInPod } from "../plugin/leftovers.ts";
import { type TestPod, usualNetworks } from "../plugin/objects.ts";
import { addPluginSteps, delPluginSteps, type PluginStep } from "../plugin/plugin-steps.ts";
import { armStop } from "../plugin/plugin-stops.ts";
import { makePod, type RunningCall, removeNamespace } from "../plugin/runtime.ts";
import type { AgentProcess } from "./agent-process.ts";
import { type AgentNode, nothing, startAgentNode } from "./node.ts";
import { collectGarbage, hostPortOf, mustCall, startCall } from "./runtime.ts";

setDefaultTimeout(60_000);

/** A pod with the primary (bridge, portmap) as eth0, a macvlan as net1, a bridge as net2. */
const networks = "lan,data";
const links = ["eth0 veth", "net1 macvlan", "net2 veth"];

/** What a runtime does next, each with a pod of its own, while there is no agent. */
const withoutAgent: readonly ((pod: TestPod, others: readonly TestPod[]) => Promise<unknown>)[] = [
  async (pod) => {
    await mustCall(node, { verb: "DEL", pod });
    await removeNamespace(node, pod);
  },
  async (pod) => {
    await removeNamespace(node, pod);
    await mustCall(node, { verb: "DEL", pod: { ...pod, netns: "" } });
  },
  async (pod, others) => {
    await removeNamespace(node, pod);
    await collectGarbage(node, others);
  },
];

/** And once it is back. */
const withAgent: readonly ((pod: TestPod) => Promise<void>)[] = [
  async (pod) => {
    await mustCall(node, { verb: "ADD", pod, hostPort: hostPortOf(pod) });
    expect(await linksInPod(node, pod)).toEqual(links);
    await mustCall(node, { verb: "DEL", pod });
    await removeNamespace(node, pod);
  },
  async (pod) => {
    await mustCall(node, { verb: "DEL", pod });
    await mustCall(node, { verb: "ADD", pod, hostPort: hostPortOf(pod) });
    expect(await linksInPod(node, pod)).toEqual(links);
    await removeNamespace(node, pod);
    await mustCall(node, { verb: "DEL", pod: { ...pod, netns: "" } });
  },
];

let node: AgentNode;
let agent: AgentProcess;

beforeAll(async () => {
  node = await startAgentNode(usualNetworks);
});

afterAll(async () => {
  await node?.stop();
});

afterEach(async () => {
  node.api.faults.clear();
  // What a failed test leaves must not fail the next one.
  await agent.kill();
  await collectGarbage(node, []);
  node.wentAlone();
});

describe("the agent is killed in ADD", () => {
  test.each([...addPluginSteps("portmap")])(
    "when %s: the runtime is told to try again, nothing is left",
    async (_, step) => {
      agent = await node.startAgent();
      const pods = await makePods();
      await killAgentAt("ADD", step, pods, expectTakenBack);
      await expectAllGoesOn(pods);
    },
  );

  test("when the status is being written: the runtime is told to try again, nothing is left", async () => {
    agent = await node.startAgent();
    const pods = await makePods();
    node.api.faults.plan({ fault: { kind: "hang" }, method: "PATCH", path: "/pods/" });
    const calls = pods.map((pod) => startCall(node, { verb: "ADD", pod, hostPort: hostPortOf(pod) }));
    await waitUntil("every pod has its last network, and the API lets a status wait", async () => {
      const leases = pods.map(({ containerId }) => leasesOf(node, containerId).length);
      const isHeld = node.api.requests.some(({ status }) => status === 0);
      return isHeld && leases.every((count) => count === links.length);
    });
    await agent.kill();
    await expectTakenBack(calls, pods);
    node.api.faults.clear();
    await expectAllGoesOn(pods);
  });
});

describe("the agent is killed in DEL", () => {
  test.each([...delPluginSteps("portmap")])(
    "when %s: the shim finishes alone, nothing is left",
    async (_, step) => {
      agent = await node.startAgent();
      const pods = await makePods();
      await Promise.all(pods.map((pod) => mustCall(node, { verb: "ADD", pod, hostPort: hostPortOf(pod) })));
      await killAgentAt("DEL", step, pods, expectDeleted);
      await expectAllGoesOn(pods);
    },
  );
});

function makePods(): Promise<readonly TestPod[]> {
  return Promise.all([...withoutAgent, ...withAgent].map(() => makePod(node, networks)));
}

/** Starts the verb for every pod, waits until each has come to the step, and kills the agent there. */
async function killAgentAt(
  verb: "ADD" | "DEL",
  step: PluginStep,
  pods: readonly TestPod[],
  expectEnd: (calls: readonly RunningCall[], pods: readonly TestPod[]) => Promise<void>,
): Promise<void> {
  const stops = await Promise.all(
    pods.map(({ containerId }) => armStop(node.workDir, { ...step, containerId, verb })),
  );
  const calls = pods.map((pod) => startCall(node, { verb, pod, hostPort: hostPortOf(pod) }));
  await Promise.all(stops.map((stop) => stop.reached()));
  await agent.kill();
  // Whoever runs this plugin again is not to wait there.
  for (const stop of stops) stop.disarm();
  await expectEnd(calls, pods);
}

async function expectTakenBack(calls: readonly RunningCall[], pods: readonly TestPod[]): Promise<void> {
  for (const { ended } of calls) {
    const { exitCode, stdout } = await ended;
    expect({ exitCode, error: JSON.parse(stdout) }).toMatchObject({
      exitCode: 1,
      error: { code: 11, msg: expect.stringContaining("the node's agent could not finish") },
    });
  }
  expect(node.wentAlone().map((reason) => reason.slice(0, 20))).toEqual(
    pods.map(() => "ADD cni --take-back "),
  );
  await expectDetached(pods);
}

async function expectDeleted(calls: readonly RunningCall[], pods: readonly TestPod[]): Promise<void> {
  for (const { ended } of calls) expect(await ended).toMatchObject({ exitCode: 0, stdout: "" });
  expect(node.wentAlone().map((reason) => reason.slice(0, 16))).toEqual(pods.map(() => "DEL cni --alone "));
  await expectDetached(pods);
}

/** At once, without another call of the runtime. */
async function expectDetached(pods: readonly TestPod[]): Promise<void> {
  expect(await Promise.all(pods.map((pod) => linksInPod(node, pod)))).toEqual(pods.map(() => []));
  expect(await node.leftovers()).toEqual(nothing);
}

async function expectAllGoesOn(pods: readonly TestPod[]): Promise<void> {
  const first = pods.slice(0, withoutAgent.length);
  const second = pods.slice(withoutAgent.length);
  await Promise.all(first.map((pod, index) => withoutAgent[index]?.(pod, second)));
  agent = await node.startAgent();
  await Promise.all(second.map((pod, index) => withAgent[index]?.(pod)));
  expect(await node.leftovers()).toEqual(nothing);
}
