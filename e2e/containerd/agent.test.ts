// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdir, rename, utimes } from "node:fs/promises";
import { join } from "node:path";
import { version } from "../../package.json" with { type: "json" };
import { installationFor } from "../../src/manifests/index.ts";
import { imageName } from "../../tools/image-name.ts";
import { interfaceNames, letPodsComeAndGo, run } from "./agent-kubelet-pods.ts";
import { type AgentNode, startAgentNode } from "./agent-node.ts";
import {
  eventReasons,
  expectState,
  type Leftovers,
  leftovers,
  networkStatus,
  requestsSince,
  stateOf,
} from "./agent-node-state.ts";
import type { AgentPod } from "./agent-pod.ts";
import { capabilitySets, heldNamespaces, mountsOf, namespacesOf, statusOf } from "./agent-process.ts";
import { primaryNetwork } from "./plures-node.ts";
import { waitUntil } from "./processes.ts";
import { pods, shopObjects } from "./shop-objects.ts";
import { failureOf, removePod, runPod } from "./test-pods.ts";
import { leases, podInterfaces, podTraces } from "./traces.ts";

setDefaultTimeout(60_000);

describe("the agent in a container of its image, started over CRI as its manifest says", () => {
  const stateDir = "/run/containerd";
  let node: AgentNode;
  let agent: AgentPod;
  /** Pods that are there for more than one test. */
  const lasting = new Map<"from before" | "attached", string>();

  beforeAll(async () => {
    const primary = { file: "10-primary.conflist", config: primaryNetwork };
    node = await startAgentNode({ kind: "standard", primary, objects: shopObjects, stateDir });
  });

  afterAll(async () => {
    await node?.stop();
  });

  // What a failed test leaves must not fail the next one.
  afterEach(async () => {
    const keep = [...lasting.values(), agent?.sandboxId];
    const strays = (await node.containerd.cri.podSandboxes()).filter((id) => !keep.includes(id));
    for (const id of strays) await removePod(node.containerd, id).catch(() => undefined);
  });

  test("is not there yet: containerd gives pods the primary network", async () => {
    expect(await node.containerd.cri.networkNames()).toEqual(["cni-loopback", "primary"]);
    const id = await run(node, pods.plain);
    lasting.set("from before", id);
    expect(await interfaceNames(node, id)).toEqual(["eth0"]);
  });

  test("is installed by its first container, and puts its configuration before the primary's", async () => {
    agent = await node.startAgentPod();
    expect(agent.installation.match(/: installed$/gm)).toHaveLength(2);
    await agent.untilReady();
    const { node: machine, cri } = node.containerd;
    expect((await readdir(machine.path("/etc/cni/net.d"))).sort()).toEqual([
      "00-multus.conflist",
      "10-primary.conflist",
    ]);
    expect(await machine.output(["/opt/cni/bin/plures", "--version"])).toBe(`plures ${version}\n`);
    await waitUntil("containerd has the new configuration", async () =>
      (await cri.networkNames()).includes("multus-cni-network"),
    );
    await waitUntil("the event is written", async () => eventReasons(node).includes("NodeConfigWritten"));
  });

  test("gives a pod its three networks for one request to the API, and takes all away again", async () => {
    const before = await stateOf(node);
    const counts = node.api.counts();
    const id = await run(node, pods.threeNetworks);
    expect(requestsSince(node, counts)).toMatchObject({ "patch pods/status": 1 });
    const { netns, ips } = await node.containerd.cri.podSandboxStatus(id);
    const interfaces = await podInterfaces(node.containerd.node, netns);
    expect(interfaces).toEqual([
      { name: "eth0", addresses: [expect.stringMatching(/^10\.88\.0\.\d+\/24$/)] },
      { name: "net1", addresses: [expect.stringMatching(/^10\.90\.0\.\d+\/24$/)] },
      { name: "net2", addresses: [expect.stringMatching(/^10\.91\.0\.\d+\/24$/)] },
    ]);
    const addresses = interfaces.map((each) => each.addresses.map((address) => address.replace("/24", "")));
    expect(ips).toEqual(addresses[0] ?? []);
    expect(networkStatus(node, pods.threeNetworks)).toMatchObject([
      { name: "primary", interface: "eth0", ips: addresses[0], default: true },
      { name: "shop/macvlan", interface: "net1", ips: addresses[1] },
      { name: "shop/bridge", interface: "net2", ips: addresses[2] },
    ]);
    expect(await agent.log()).toContain('"pod":"shop/till","network":"shop/bridge","interface":"net2"');

    await removePod(node.containerd, id);
    await expectState(node, before);
    const isAdded = (reason: unknown) => reason === "AddedInterface";
    await waitUntil("its events are written", async () => eventReasons(node).filter(isAdded).length === 3);
    expect(requestsSince(node, counts)).toEqual({ "patch pods/status": 1, "create events": 3 });
  });

  test("has no capability, cannot get any, and may write nothing but the folders of the manifest", async () => {
    const machine = node.containerd.node;
    const pid = await agent.pid();
    const status = await statusOf(machine, pid);
    expect(capabilitySets(status)).toEqual(["0000000000000000"]);
    expect(status).toMatchObject({ Uid: "0\t0\t0\t0", NoNewPrivs: "1", Seccomp: "2" });
    expect(await mountsOf(machine, pid)).toEqual([
      { path: "/", access: "ro" },
      { path: "/etc/cni/multus/net.d", access: "ro" },
      { path: "/etc/cni/net.d", access: "rw" },
      { path: "/etc/plures", access: "ro" },
      { path: "/run/multus", access: "rw" },
      { path: "/var/lib/cni/multus", access: "rw" },
      { path: "/var/lib/kubelet/pod-resources", access: "ro" },
      { path: "/var/run/k8s.cni.cncf.io/devinfo", access: "rw" },
      { path: "/var/run/secrets/kubernetes.io/serviceaccount", access: "ro" },
    ]);
  });

  test("is in the node's network and in no other namespace of the node, and holds none of a pod's", async () => {
    const machine = node.containerd.node;
    const id = await run(node, pods.threeNetworks);
    const pid = await agent.pid();
    const [own, nodes] = [await namespacesOf(machine, pid), await namespacesOf(machine, 1)];
    // A pod of the host network has the node's name, too; a user namespace it would have to ask for.
    const shared = Object.keys(own).filter((kind) => own[kind] === nodes[kind]);
    expect(shared).toEqual(["net", "user", "uts"]);
    expect(await heldNamespaces(machine, pid)).toEqual([]);
    await removePod(node.containerd, id);
  });

  test("is refused nothing by the API: its role has every right that it uses", () => {
    expect(node.api.requests.filter(({ status }) => status >= 400)).toEqual([]);
  });

  test("takes a pod from before it away, with its address", async () => {
    const id = lasting.get("from before") ?? "";
    lasting.delete("from before");
    const [ip] = (await node.containerd.cri.podSandboxStatus(id)).ips;
    expect(await leases(node.containerd.node)).toEqual([`primary/${ip}`]);
    await removePod(node.containerd, id);
    const requests = (await node.primaryRequests()).filter(({ CNI_CONTAINERID }) => CNI_CONTAINERID === id);
    expect(requests.map(({ CNI_COMMAND }) => CNI_COMMAND).slice(0, 2)).toEqual(["ADD", "DEL"]);
    expect(await leases(node.containerd.node)).toEqual([]);
  });

  describe("while its container is stopped", () => {
    const late = pods.crowd[0] ?? pods.threeNetworks;
    let before: Leftovers;

    beforeAll(async () => {
      before = await leftovers(node);
      lasting.set("attached", await run(node, pods.threeNetworks));
      await agent.stopAgent();
    });

    test("a pod that asks for nothing starts", async () => {
      const id = await run(node, pods.plain);
      expect(await interfaceNames(node, id)).toEqual(["eth0"]);
      await removePod(node.containerd, id);
    });

    test("a pod that asks for networks is told why it has to wait", async () => {
      const before = await stateOf(node);
      const failure = await failureOf(run(node, late));
      expect(failure).toMatch(
        /plugin type="multus" failed \(add\): pod shop\/crowd-11: the node's agent cannot be asked: .*; start the agent of this node/,
      );
      await expectState(node, before);
    });

    test("a pod of a system namespace starts, although nobody tells what it asks for", async () => {
      const id = await runPod(node.containerd, pods.system);
      expect(await interfaceNames(node, id)).toEqual(["eth0"]);
      await removePod(node.containerd, id);
    });

    test("a pod with networks is taken away", async () => {
      await removePod(node.containerd, lasting.get("attached") ?? "");
      lasting.delete("attached");
      expect(await leftovers(node)).toEqual(before);
    });

    test("and once it is back, the pod that had to wait gets its networks", async () => {
      await agent.startAgent();
      const id = await run(node, late);
      expect(await interfaceNames(node, id)).toEqual(["eth0", "net1", "net2"]);
      expect(networkStatus(node, late)).toHaveLength(3);
      await removePod(node.containerd, id);
    });
  });

  test("is replaced by its successor while pods come and go: none of them fails, both serve", async () => {
    const before = await leftovers(node);
    const ended = { isTrue: false };
    const coming = letPodsComeAndGo(node, () => ended.isTrue);
    const successor = await node.startAgentPod();
    expect(successor.installation.match(/: is there already$/gm)).toHaveLength(2);
    await successor.untilAvailable();
    const logWhenAvailable = await successor.log();
    // As the DaemonSet's controller does then.
    await agent.remove();
    const logOfOld = await agent.log();
    ended.isTrue = true;
    const { came, failures } = await coming;
    agent = successor;

    expect(failures).toEqual([]);
    expect(came.length).toBeGreaterThanOrEqual(20);
    for (const pod of came) expect(networkStatus(node, pod)).toHaveLength(3);
    for (const log of [logOfOld, await successor.log()]) expect(log).toContain('"pod":"shop/crowd-');
    // Both have one address: before that, it was the old one that said that the new one is ready.
    expect(logWhenAvailable).toContain("metrics and probes are served");
    expect(await leftovers(node)).toEqual(before);
  });

  test("with the runtime's socket, takes away what pods left that went behind its back", async () => {
    const criSocket = join(stateDir, "containerd.sock");
    await agent.remove();
    agent = await node.startAgentPod(installationFor("standard", { image: imageName, criSocket }));
    await agent.untilReady();
    const before = await stateOf(node);
    const [stays, goes, keepsItsNamespace] = await Promise.all(
      [pods.crowd[0], pods.crowd[1], pods.crowd[2]].map((pod) => run(node, pod ?? pods.threeNetworks)),
    );
    const namespace = await removeBehindItsBack(node, [goes, keepsItsNamespace]);
    const gc = await node.containerd.node.run(["/opt/cni/bin/multus", "gc", "/opt/cni/bin"]);
    expect(gc).toMatchObject({ exitCode: 0, stderr: "" });
    expect(gc.stdout.trim().split("\n").sort()).toEqual(
      [`taken away: ${goes} eth0`, `taken away: ${keepsItsNamespace} eth0`].sort(),
    );
    expect(await podInterfaces(node.containerd.node, namespace)).toEqual([]);
    await node.containerd.node.output(["sh", "-c", `umount ${namespace} && rm ${namespace}`]);
    await removePod(node.containerd, stays ?? "");
    await expectState(node, before);
  });

  test("goes in order and leaves its configuration, with which plain pods start and end", async () => {
    await agent.remove();
    const id = await run(node, pods.plain);
    await removePod(node.containerd, id);
    const { node: machine } = node.containerd;
    expect(await readdir(machine.path("/etc/cni/net.d"))).toContain("00-multus.conflist");
    expect(await readdir(machine.path("/run/multus"))).toEqual([]);
    expect((await podTraces(node.containerd)).processes).toEqual([]);
  });
});

/**
 * Has containerd remove these pods without any DEL of ours; the namespace of the last one stays. Their
 * entries in the journal are then so old that no ADD can still be at work on them.
 */
async function removeBehindItsBack({ containerd }: AgentNode, ids: readonly (string | undefined)[]) {
  const { node, cri } = containerd;
  const plugin = node.path("/opt/cni/bin/multus");
  const { netns } = await cri.podSandboxStatus(ids.at(-1) ?? "");
  await node.output(["sh", "-c", `touch /run/kept && mount --bind ${netns} /run/kept`]);
  await rename(plugin, `${plugin}.aside`);
  await Bun.write(plugin, "#!/bin/sh\n");
  await node.output(["chmod", "755", "/opt/cni/bin/multus"]);
  for (const id of ids) await removePod(containerd, id ?? "");
  await rename(`${plugin}.aside`, plugin);
  await node.output(["sh", "-c", `touch ${netns} && mount --bind /run/kept ${netns} && umount /run/kept`]);
  const journal = node.path("/var/lib/cni/multus/plures/journal");
  const anHourAgo = Date.now() / 1000 - 3600;
  for (const name of await readdir(journal)) await utimes(join(journal, name), anHourAgo, anHourAgo);
  return netns;
}
