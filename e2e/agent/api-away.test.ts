// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { everything, type PlannedFault, type User } from "../../src/testing/api-server/index.ts";
import { waitUntil } from "../containerd/processes.ts";
import { linksInPod } from "../plugin/leftovers.ts";
import { networkStatusOf } from "../plugin/network-status.ts";
import { hostLocal, nadObject, type TestPod, usualNetworks } from "../plugin/objects.ts";
import { announcePod, gcCall, makeNamespace, makePod, removeNamespace } from "../plugin/runtime.ts";
import type { AgentProcess } from "./agent-process.ts";
import { type AgentNode, nothing, startAgentNode } from "./node.ts";
import { call, mustCall, refusal } from "./runtime.ts";

setDefaultTimeout(30_000);

const all = ["eth0 veth", "net1 macvlan", "net2 veth"];

let node: AgentNode;
let agent: AgentProcess;
/** Paths of the node: errors name them, and are short. */
const tokenFile = "/run/token";
const kubeconfig = "/run/kubeconfig";
/** So long may the API keep a pod waiting that is to be refused. */
const impatient = { deadlineSeconds: 2 };

beforeAll(async () => {
  node = await startAgentNode(usualNetworks);
  node.api.setUsers(usersWith("first"));
  writeToken("first");
  writeFileSync(node.path(kubeconfig), node.api.kubeconfig({ user: { tokenFile } }));
  agent = await node.startAgent({ config: { kubeconfig } });
});

afterAll(async () => {
  await node?.stop();
});

afterEach(async () => {
  node.api.faults.clear();
  // What a failed test leaves must not fail the next one.
  await call(node, gcCall([]));
});

test("a pod whose objects are known costs one request, the one that writes its status", async () => {
  const pods = await Promise.all([1, 2, 3].map(() => makeKnownPod("lan,data")));
  const before = node.api.requests.length;
  await Promise.all(pods.map((pod) => mustCall(node, { verb: "ADD", pod })));
  await Promise.all(pods.map((pod) => mustCall(node, { verb: "DEL", pod })));
  const statuses = pods.map(({ name }) => `PATCH /api/v1/namespaces/default/pods/${name}/status`);
  expect(requestsSince(before).toSorted()).toEqual(statuses.sort());
  await Promise.all(pods.map((pod) => expectDelLeavesNothing(pod)));
});

describe("the API server is stopped", () => {
  test("who asks for nothing starts, who asks for networks is to be tried again; both have all once it is back", async () => {
    const [plain, attached, waiting] = await Promise.all([
      makeKnownPod(undefined),
      makeKnownPod("lan,data"),
      makeKnownPod("lan,data"),
    ]);
    await mustCall(node, { verb: "ADD", pod: attached });
    await whileApiIsStopped(async () => {
      await mustCall(node, { verb: "ADD", pod: plain });
      expect(await linksInPod(node, plain)).toEqual(["eth0 veth"]);
      const { whole } = await refusal(node, { verb: "ADD", pod: waiting, config: impatient }, 11);
      expect(whole).toContain(`cannot patch status of pod default/${waiting.name}`);
      expect(whole).toContain(`the API server ${node.api.url} refuses the connection`);
      expect(await linksInPod(node, waiting)).toEqual([]);
      await expectDelLeavesNothing(attached, [plain]);
    });
    await waitUntil(
      "the plain pod's status is written",
      async () => networkStatusOf(node, plain) !== undefined,
    );
    expect(networkStatusOf(node, plain)).toMatchObject([{ name: "cbr0", interface: "eth0", default: true }]);
    await mustCall(node, { verb: "ADD", pod: waiting });
    await expectComplete(waiting);
    await expectDelLeavesNothing(waiting, [plain]);
    await expectDelLeavesNothing(plain);
  });
});

test("an API that is slow for one pod keeps no other waiting", async () => {
  const [slow, quick] = await Promise.all([makeKnownPod("lan"), makeKnownPod("lan")]);
  node.api.faults.plan({ fault: { kind: "slow", ms: 1500 }, method: "PATCH", path: `/${slow.name}/` });
  const started = performance.now();
  const took = async (pod: TestPod) => {
    await mustCall(node, { verb: "ADD", pod });
    return performance.now() - started;
  };
  const [slowMs, quickMs] = await Promise.all([took(slow), took(quick)]);
  expect(slowMs).toBeGreaterThan(1500);
  expect(quickMs).toBeLessThan(1500);
  await expectDelLeavesNothing(slow, [quick]);
  await expectDelLeavesNothing(quick);
});

const onceWrong: readonly (readonly [string, PlannedFault["fault"], number])[] = [
  ["429 with Retry-After", { kind: "status", code: 429, retryAfterSeconds: 1 }, 1000],
  ["503", { kind: "status", code: 503 }, 0],
  ["nothing, the connection breaks", { kind: "cut" }, 0],
  ["half of an answer", { kind: "cut-body" }, 0],
];
test.each([...onceWrong])(
  "the status is written again when the API first answers %s",
  async (_, fault, atLeastMs) => {
    const pod = await makeKnownPod("lan,data");
    node.api.faults.plan({ fault, method: "PATCH", times: 1 });
    const started = performance.now();
    await mustCall(node, { verb: "ADD", pod });
    expect(performance.now() - started).toBeGreaterThan(atLeastMs);
    await expectComplete(pod);
    await expectDelLeavesNothing(pod);
  },
);

test("an API that goes on answering 429 is named, and nothing is left of the pod", async () => {
  const pod = await makeKnownPod("lan,data");
  node.api.faults.plan({ fault: { kind: "status", code: 429 }, method: "PATCH" });
  const { whole } = await refusal(node, { verb: "ADD", pod, config: impatient }, 11);
  expect(whole).toContain("answers 429 Too Many Requests");
  expect(await linksInPod(node, pod)).toEqual([]);
  expect(await node.leftovers()).toEqual(nothing);
  node.api.faults.clear();
  await mustCall(node, { verb: "ADD", pod });
  await expectDelLeavesNothing(pod);
});

describe("the watches", () => {
  // A new agent has no setbacks to be slow after.
  beforeAll(async () => {
    await agent.end();
    agent = await node.startAgent({ config: { kubeconfig } });
  });

  const ends = [
    ["are told that what they know is too old (410)", () => node.api.watches.fail()],
    ["break in the middle of a line", () => node.api.watches.cutWithinLine()],
    ["are ended by the server", () => node.api.watches.end()],
  ] as const;
  test.each([...ends])("%s: what comes after is known again", async (_, end) => {
    await waitUntil("both are under way", async () => node.api.watches.count() === 2);
    const [podWatches, networkWatches] = watchesSoFar();
    end();
    node.api.seed(lateNetwork);
    const pod = announcePod(node, "late");
    await waitUntil("both are under way again", async () => {
      const [pods, networks] = watchesSoFar();
      return pods > podWatches && networks > networkWatches;
    });
    await makeNamespace(node, pod);
    const before = node.api.requests.length;
    await mustCall(node, { verb: "ADD", pod });
    expect(requestsSince(before)).toEqual([`PATCH /api/v1/namespaces/default/pods/${pod.name}/status`]);
    await expectDelLeavesNothing(pod);
  });
});

describe("the token", () => {
  test("is no longer accepted: the error names its file; with another one in it, pods start", async () => {
    const pod = await makeKnownPod("lan,data");
    node.api.setUsers(usersWith("second"));
    const { whole } = await refusal(node, { verb: "ADD", pod, config: impatient }, 11);
    expect(whole).toContain(`the API server does not accept tokenFile "${tokenFile}"`);
    expect(await node.leftovers()).toEqual(nothing);

    writeToken("second");
    await mustCall(node, { verb: "ADD", pod });
    await expectComplete(pod);
    await expectDelLeavesNothing(pod);
  });

  test("has expired: the error says whose it is and when", async () => {
    const pod = await makeKnownPod("lan");
    const claims = { sub: "system:serviceaccount:kube-system:multus", exp: 1_700_000_000 };
    writeToken(`e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`);
    node.api.setUsers(usersWith("third"));
    const { whole } = await refusal(node, { verb: "ADD", pod, config: impatient }, 11);
    expect(whole).toContain("expired 2023-11-14T22:13:20Z");
    expect(await node.leftovers()).toEqual(nothing);

    writeToken("third");
    await mustCall(node, { verb: "ADD", pod });
    await expectDelLeavesNothing(pod);
  });
});

const lateNetwork = nadObject("late", {
  cniVersion: "1.0.0",
  type: "bridge",
  bridge: "br-late",
  ipam: hostLocal("10.92.0.0/24"),
});

async function whileApiIsStopped(act: () => Promise<void>): Promise<void> {
  await node.stopApi();
  try {
    await act();
  } finally {
    await node.startApi({ users: usersWith("first") });
  }
}

function usersWith(token: string): readonly User[] {
  return [{ name: "agent", tokens: [token], rules: everything }];
}

function writeToken(token: string): void {
  writeFileSync(node.path(tokenFile), token);
}

/** A pod of which the agent's watch has told. */
async function makeKnownPod(networks: string | undefined): Promise<TestPod> {
  const pod = await makePod(node, networks);
  await Bun.sleep(50);
  return pod;
}

/** How many there were of pods and of networks. */
function watchesSoFar(): readonly [number, number] {
  const counts = node.api.counts();
  return [counts.get("watch pods") ?? 0, counts.get("watch network-attachment-definitions") ?? 0];
}

/** What the API was asked since then, events apart. */
function requestsSince(index: number): readonly string[] {
  return node.api.requests
    .slice(index)
    .filter(({ action }) => action?.resource !== "events")
    .map(({ method, url }) => `${method} ${url.replace(/\?.*/, "")}`);
}

async function expectComplete(pod: TestPod): Promise<void> {
  expect(await linksInPod(node, pod)).toEqual(all);
  expect(networkStatusOf(node, pod)).toMatchObject([
    { name: "cbr0", interface: "eth0" },
    { name: "default/lan", interface: "net1" },
    { name: "default/data", interface: "net2" },
  ]);
}

/** Nothing of this pod; `others` live on. */
async function expectDelLeavesNothing(pod: TestPod, others: readonly TestPod[] = []): Promise<void> {
  await mustCall(node, { verb: "DEL", pod });
  expect(await linksInPod(node, pod)).toEqual([]);
  await removeNamespace(node, pod);
  if (others.length === 0) expect(await node.leftovers()).toEqual(nothing);
}
