// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { waitUntil } from "../containerd/processes.ts";
import { linksInPod, nothing, podLinks, settledLeftovers } from "./leftovers.ts";
import { type PluginNode, startNode } from "./node.ts";
import { nadObject, type TestPod, usualNetworks } from "./objects.ts";
import { addPluginSteps, delPluginSteps, type PluginStep } from "./plugin-steps.ts";
import { armStop, type Stop } from "./plugin-stops.ts";
import { call, gcCall, makePod, mustCall, type RunningCall, removeNamespace, startCall } from "./runtime.ts";

setDefaultTimeout(60_000);

/** A pod with the primary (bridge, tuning) as eth0, a macvlan as net1, a bridge as net2. */
const networks = "lan,data";

/** Where the plugin is killed: while the API lets it wait, or beside a plugin that waits at a stop. */
type Step = { readonly api: "GET" | "PATCH" | "POST"; readonly path: string } | PluginStep;

const addSteps: readonly (readonly [string, Step])[] = [
  ["the pod is asked for", { api: "GET", path: "/pods/" }],
  ["a NAD is asked for", { api: "GET", path: "/network-attachment-definitions/data" }],
  ...addPluginSteps("tuning"),
  ["the events are written", { api: "POST", path: "/events" }],
  ["the status is written", { api: "PATCH", path: "/pods/" }],
];

const delSteps: readonly (readonly [string, Step])[] = delPluginSteps("tuning");

let node: PluginNode;
let baseline: readonly string[];

/** What a runtime does next, each with a pod of its own. `others` are the pods that live on. */
const followUps = {
  DEL: async (pod: TestPod) => {
    await mustCall(node, { verb: "DEL", pod });
  },
  "DEL, ADD, DEL": async (pod: TestPod) => {
    await mustCall(node, { verb: "DEL", pod });
    await mustCall(node, { verb: "ADD", pod });
    await mustCall(node, { verb: "DEL", pod });
  },
  "ADD, DEL": async (pod: TestPod) => {
    await mustCall(node, { verb: "ADD", pod });
    expect(await linksInPod(node, pod)).toEqual(["eth0 veth", "net1 macvlan", "net2 veth"]);
    await mustCall(node, { verb: "DEL", pod });
  },
  "namespace removed, DEL": async (pod: TestPod) => {
    await removeNamespace(node, pod);
    await mustCall(node, { verb: "DEL", pod: { ...pod, netns: "" } });
  },
  "namespace removed, GC": async (pod: TestPod, others: readonly TestPod[]) => {
    await removeNamespace(node, pod);
    await mustCall(node, gcCall(others));
  },
};

/** Networks from which host-local can never give an address: it refuses DEL as it refuses ADD. */
const impossible = {
  type: "host-local",
  ranges: [[{ subnet: "192.168.1.200/24" }]],
};
const impossibleNetworks = [
  nadObject("bad-macvlan", { cniVersion: "1.0.0", type: "macvlan", master: "v0", ipam: impossible }),
  nadObject("bad-bridge", { cniVersion: "1.0.0", type: "bridge", bridge: "br-bad", ipam: impossible }),
];

beforeAll(async () => {
  node = await startNode([...usualNetworks, ...impossibleNetworks]);
  baseline = await podLinks(node);
});

afterAll(async () => {
  await node?.stop();
});

afterEach(async () => {
  node.api.faults.clear();
  // What a failed test leaves must not fail the next one.
  await call(node, gcCall([]));
});

describe.each([
  { verb: "ADD", steps: addSteps },
  { verb: "DEL", steps: delSteps },
] as const)("$verb killed", ({ verb, steps }) => {
  test.each([...steps])("when %s: nothing is left, whatever comes next", async (_, step) => {
    const pods = await Promise.all(Object.keys(followUps).map(() => makePod(node, networks)));
    if (verb === "DEL") await Promise.all(pods.map((pod) => mustCall(node, { verb: "ADD", pod })));

    await killAt(verb, step, pods);
    await Promise.all(
      Object.values(followUps).map(async (followUp, index) => {
        const pod = pods[index];
        if (pod !== undefined) await followUp(pod, pods.toSpliced(index, 1));
      }),
    );

    const withNamespace = pods.slice(0, 3);
    expect(await Promise.all(withNamespace.map((pod) => linksInPod(node, pod)))).toEqual([[], [], []]);
    await Promise.all(withNamespace.map((pod) => removeNamespace(node, pod)));
    expect(await settledLeftovers(node, baseline)).toEqual(nothing);
  });
});

/** Where an ADD that must fail is killed: before, while and after it fails, and while it is undone. */
const failingSteps: readonly (readonly [string, PluginStep & Pick<Stop, "verb">])[] = [
  ["no plugin ran", { verb: "ADD", plugin: "bridge", interface: "eth0", when: "before" }],
  ["the network is to be added", { verb: "ADD", plugin: "host-local", interface: "net1", when: "before" }],
  ["the network was refused", { verb: "ADD", plugin: "host-local", interface: "net1", when: "after" }],
  ["the undo begins", { verb: "DEL", plugin: "host-local", interface: "net1", when: "before" }],
  ["the undo is nearly done", { verb: "DEL", plugin: "bridge", interface: "eth0", when: "after" }],
];

describe.each(["bad-macvlan", "bad-bridge"])("ADD of a pod that can have no %s killed", (network) => {
  test.each([...failingSteps])("when %s: it can be deleted, and nothing is left", async (_, step) => {
    const pods = await Promise.all([1, 2, 3, 4].map(() => makePod(node, `${network},data`)));
    const stops = await Promise.all(
      pods.map(({ containerId }) => armStop(node.workDir, { ...step, containerId })),
    );
    const calls = pods.map((pod) => startCall(node, { verb: "ADD", pod }));
    await Promise.all(stops.map((stop) => stop.reached()));
    await Promise.all(calls.map((running) => running.kill()));
    for (const stop of stops) stop.disarm();

    const [deleted, addedAgain, removed, collected] = pods as [TestPod, TestPod, TestPod, TestPod]; // There are four.
    await mustCall(node, { verb: "DEL", pod: deleted });
    expect((await call(node, { verb: "ADD", pod: addedAgain })).exitCode).toBe(1);
    await mustCall(node, { verb: "DEL", pod: addedAgain });
    expect(await Promise.all([deleted, addedAgain].map((pod) => linksInPod(node, pod)))).toEqual([[], []]);
    await Promise.all([removed, collected].map((pod) => removeNamespace(node, pod)));
    await mustCall(node, { verb: "DEL", pod: { ...removed, netns: "" } });
    await mustCall(node, gcCall([]));
    await Promise.all([deleted, addedAgain].map((pod) => removeNamespace(node, pod)));
    expect(await settledLeftovers(node, baseline)).toEqual(nothing);
  });
});

/** Starts the verb for every pod, waits until each has come to the step, and kills them there. */
async function killAt(verb: "ADD" | "DEL", step: Step, pods: readonly TestPod[]): Promise<void> {
  const begin = (): readonly RunningCall[] => pods.map((pod) => startCall(node, { verb, pod }));
  const end = (calls: readonly RunningCall[]) => Promise.all(calls.map((running) => running.kill()));
  if ("api" in step) {
    const before = heldRequests();
    node.api.faults.plan({ fault: { kind: "hang" }, method: step.api, path: step.path });
    const calls = begin();
    await waitUntil("every plugin waits for the API", async () => heldRequests() >= before + pods.length);
    await end(calls);
    node.api.faults.clear();
    return;
  }
  const stops = await Promise.all(
    pods.map(({ containerId }) => armStop(node.workDir, { ...step, containerId, verb })),
  );
  const calls = begin();
  await Promise.all(stops.map((stop) => stop.reached()));
  await end(calls);
  for (const stop of stops) stop.disarm();
}

function heldRequests(): number {
  return node.api.requests.filter(({ status }) => status === 0).length;
}
