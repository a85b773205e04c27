// SPDX-License-Identifier: Apache-2.0
// Stories in which most of the time nothing happens: they go on side by side, each on a node of its own.
import { expect, test } from "bun:test";
import { readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { everything } from "../../src/testing/api-server/index.ts";
import { run, waitUntil } from "../containerd/processes.ts";
import { leasesOf, linksInPod } from "../plugin/leftovers.ts";
import { networkStatusOf } from "../plugin/network-status.ts";
import { hostLocal, podObject, type TestPod, usualNetworks } from "../plugin/objects.ts";
import { announcePod, makePod, removeNamespace } from "../plugin/runtime.ts";
import { type AgentNode, agentPrimary, nothing, startAgentNode } from "./node.ts";
import { configForRuntime, hostPortOf, mustCall, refusal } from "./runtime.ts";

const all = ["eth0 veth", "net1 macvlan", "net2 veth"];
const timeoutMs = 120_000;

function story(name: string, tell: (node: AgentNode) => Promise<void>): void {
  test.concurrent(
    name,
    async () => {
      const node = await startAgentNode(usualNetworks);
      try {
        await tell(node);
        expect(await node.leftovers()).toEqual(nothing);
      } finally {
        await node.stop();
      }
    },
    timeoutMs,
  );
}

story(
  "`multus gc` takes away what pods have left whose DEL never came, with an agent and without",
  async (node) => {
    const agent = await node.startAgent();
    const [gone, alsoGone, alive] = [
      await attachedPod(node),
      await attachedPod(node),
      await attachedPod(node),
    ];
    await loseNamespace(node, gone);
    const swept = await collect(node);
    expect(swept).toEqual({ exitCode: 0, stdout: `taken away: ${gone.containerId} eth0\n` });
    expect(leasesOf(node, gone.containerId)).toEqual([]);
    expect(await collect(node)).toEqual({ exitCode: 0, stdout: "nothing is left behind\n" });

    await agent.end();
    await loseNamespace(node, alsoGone);
    expect(await collect(node)).toEqual({
      exitCode: 0,
      stdout: `taken away: ${alsoGone.containerId} eth0\n`,
    });
    expect(await linksInPod(node, alive)).toEqual(all);
    await expectDeleted(node, alive);
  },
);

story("an agent that starts takes away what is left with the hands of the next calls", async (node) => {
  const first = await node.startAgent();
  const [gone, alsoGone] = [await attachedPod(node), await attachedPod(node)];
  const [alive, other] = [await attachedPod(node), await attachedPod(node)];
  await first.kill();
  await loseNamespace(node, gone);
  await loseNamespace(node, alsoGone);
  const agent = await node.startAgent();
  await expectDeleted(node, alive);
  await expectDeleted(node, other);
  expect([gone, alsoGone].flatMap(({ containerId }) => leasesOf(node, containerId))).toEqual([]);
  expect(await agent.metric("plures_leaks_found_total")).toBe(2);
  expect(await agent.metric("plures_leaks_left")).toBe(0);
  expect(node.wentAlone()).toEqual([]);
});

story("a network-status that somebody drops is written again", async (node) => {
  await node.startAgent();
  const pod = await attachedPod(node);
  const status = networkStatusOf(node, pod);
  expect(status).toBeArrayOfSize(all.length);
  // An operator that replaces all annotations by its own.
  node.api.seed(podObject(pod, "Running"));
  expect(networkStatusOf(node, pod)).toBeUndefined();
  await waitUntil("it is back", async () => networkStatusOf(node, pod) !== undefined, 60_000);
  expect(networkStatusOf(node, pod)).toEqual(status);
  await expectDeleted(node, pod);
});

story("a pod that runs without the networks that it asks for is told of", async (node) => {
  const pod = announcePod(node, "lan");
  node.api.seed(podObject(pod, "Running"));
  const agent = await node.startAgent({ config: { repairSeconds: 10 } });
  const detached = () => agent.metric("plures_pods_detached");
  await waitUntil("the metric tells", async () => (await detached()) === 1, 60_000);
  await waitUntil("an event tells", async () => eventsOf(node, pod).length > 0, 90_000);
  expect(eventsOf(node, pod)).toMatchObject([
    { reason: "NetworksMissing", type: "Warning", message: expect.stringContaining("default/lan") },
  ]);
  removeObject(node, pod);
  await waitUntil("the metric knows that it is gone", async () => (await detached()) === 0, 60_000);
});

story(
  "an agent that starts while the API is away serves who needs none, and all once it is back",
  async (node) => {
    await node.stopApi();
    const agent = await node.startAgent({ isUnready: true });
    await waitUntil("it tells why it is not ready", async () => {
      const { status, body = "" } = (await agent.ask("/readyz")) ?? {};
      return status === 503 && body.includes("refuses the connection");
    });
    expect((await agent.ask("/healthz"))?.status).toBe(200);
    const plain = await makePod(node);
    const system = await makePod(node, "default/lan", "kube-system");
    const waiting = await makePod(node, "lan,data");
    const [{ whole }] = await Promise.all([
      refusal(node, { verb: "ADD", pod: waiting, config: { deadlineSeconds: 2 } }, 11),
      mustCall(node, { verb: "ADD", pod: plain }),
      mustCall(node, { verb: "ADD", pod: system }),
    ]);
    expect(whole).toContain(`cannot get pod default/${waiting.name}`);
    expect(whole).toContain("refuses the connection");
    expect(node.wentAlone()).toEqual([]);

    await node.startApi();
    await mustCall(node, { verb: "ADD", pod: waiting });
    expect(await linksInPod(node, waiting)).toEqual(all);
    const isReady = async () => (await agent.ask("/readyz"))?.status === 200;
    await waitUntil("it has listed pods and networks", isReady, 60_000);
    await Promise.all([plain, system, waiting].map((pod) => expectDeleted(node, pod)));
  },
);

story("a token that is replaced while the watches are refused: they go on", async (node) => {
  const usersWith = (token: string) => [{ name: "agent", tokens: [token], rules: everything }];
  const tokenFile = join(node.workDir, "token");
  writeFileSync(tokenFile, "first");
  node.api.setUsers(usersWith("first"));
  writeFileSync(node.kubeconfig, node.api.kubeconfig({ user: { tokenFile } }));
  await node.startAgent();
  node.api.setUsers(usersWith("second"));
  node.api.watches.cut();
  await waitUntil("a watch is refused", async () => node.api.requests.some(({ status }) => status === 401));
  writeFileSync(tokenFile, "second");
  await waitUntil("both are watched", async () => node.api.watches.count() === 2, 60_000);
});

story("a primary network that goes while another is there: pods get that one after a while", async (node) => {
  await node.startAgent();
  const before = await attachedPod(node);
  const [bridge] = agentPrimary.plugins;
  const ipam = hostLocal("10.43.0.0/16");
  const other = { ...agentPrimary, name: "cbr1", plugins: [{ ...bridge, bridge: "cni1", ipam }] };
  writeFileSync(join(node.confDir, "20-cbr1.conflist"), JSON.stringify(other));
  rmSync(join(node.confDir, "10-cbr0.conflist"));
  await Bun.sleep(2000);
  expect(primaryOf(node)).toBe("cbr0");
  await waitUntil("the runtime finds the other one", async () => primaryOf(node) === "cbr1", 90_000);
  const after = await attachedPod(node);
  expect(networkStatusOf(node, after)).toMatchObject([{ name: "cbr1" }, {}, {}]);
  await expectDeleted(node, before);
  await expectDeleted(node, after);
});

/** A pod with all its networks and a port of the node. */
async function attachedPod(node: AgentNode): Promise<TestPod> {
  const pod = await makePod(node, "lan,data");
  await mustCall(node, { verb: "ADD", pod, hostPort: hostPortOf(pod) });
  return pod;
}

async function expectDeleted(node: AgentNode, pod: TestPod): Promise<void> {
  await mustCall(node, { verb: "DEL", pod });
  expect(await linksInPod(node, pod)).toEqual([]);
  await removeNamespace(node, pod);
}

/** As after a reboot of the runtime that forgot the pod, long enough ago that no ADD of it can still run. */
async function loseNamespace(node: AgentNode, pod: TestPod): Promise<void> {
  await removeNamespace(node, pod);
  const folder = node.path("/var/lib/cni/multus/plures/journal");
  const entries = readdirSync(folder).filter((name) => name.includes(pod.containerId));
  expect(entries).not.toEqual([]);
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const name of entries) utimesSync(join(folder, name), longAgo, longAgo);
}

/** `multus gc`, as an administrator calls it on the node. */
async function collect(node: AgentNode): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  const { exitCode, stdout } = await run(node.inside([join(node.binDir, "multus"), "gc", node.binDir]));
  return { exitCode, stdout };
}

function primaryOf(node: AgentNode): unknown {
  const { delegates } = configForRuntime(node);
  return Array.isArray(delegates) ? delegates[0]?.name : undefined;
}

function kindOf(node: AgentNode, plural: string) {
  const kind = node.api.kinds.find((each) => each.plural === plural);
  if (kind === undefined) throw new Error(`the API has no ${plural}`);
  return kind;
}

function eventsOf(node: AgentNode, { name }: TestPod) {
  const events = node.api.store.list(kindOf(node, "events"), "default");
  return events.filter(
    ({ involvedObject }) => (involvedObject as { name?: string } | undefined)?.name === name,
  ); // As Kubernetes has it.
}

function removeObject(node: AgentNode, { namespace, name }: TestPod): void {
  const kind = kindOf(node, "pods");
  const object = node.api.store.get(kind, namespace, name);
  if (object !== undefined) node.api.store.remove(kind, object);
}
