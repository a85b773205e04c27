// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdir, stat } from "node:fs/promises";
import { installationFor } from "../../src/manifests/index.ts";
import { imageName } from "../../tools/image-name.ts";
import { interfaceNames, run } from "./agent-kubelet-pods.ts";
import { type AgentNode, startAgentNode } from "./agent-node.ts";
import { expectState, networkStatus, stateOf } from "./agent-node-state.ts";
import { nodeLinks } from "./plures-node.ts";
import { waitUntil } from "./processes.ts";
import { pods, shopObjects } from "./shop-objects.ts";
import { failureOf, removePod } from "./test-pods.ts";

setDefaultTimeout(60_000);

describe("the agent on a node like those of k3s", () => {
  let node: AgentNode;
  const folders = {
    conf: "/var/lib/rancher/k3s/agent/etc/cni/net.d",
    bin: "/var/lib/rancher/k3s/data/cni",
  };

  beforeAll(async () => {
    node = await startAgentNode({
      kind: "k3s",
      primary: { file: "10-flannel.conflist", config: flannel },
      objects: shopObjects,
      stateDir: "/run/k3s/containerd",
    });
  });

  afterAll(async () => {
    await node?.stop();
  });

  test("of another kind does not start, and the kubelet says which folder is missing", async () => {
    const standard = installationFor("standard", { image: imageName });
    expect(await failureOf(node.startAgentPod(standard))).toBe(
      "hostPath type check failed: /etc/cni/net.d is not a directory",
    );
  });

  test("writes and installs into the folders of k3s, and gives a pod its networks", async () => {
    const agent = await node.startAgentPod();
    await agent.untilReady();
    const { node: machine, cri } = node.containerd;
    expect(await readdir(machine.path(folders.conf))).toContain("00-multus.conflist");
    expect(await readdir(machine.path(folders.bin))).toEqual(expect.arrayContaining(["multus", "plures"]));
    await waitUntil("containerd has the new configuration", async () =>
      (await cri.networkNames()).includes("multus-cni-network"),
    );
    const before = await stateOf(node);
    const id = await run(node, pods.threeNetworks);
    expect(await interfaceNames(node, id)).toEqual(["eth0", "net1", "net2"]);
    expect(networkStatus(node, pods.threeNetworks)).toMatchObject([
      { name: "cbr0", interface: "eth0", default: true },
      { name: "shop/macvlan", interface: "net1" },
      { name: "shop/bridge", interface: "net2" },
    ]);
    await removePod(node.containerd, id);
    await expectState(node, before);
    expect(node.api.requests.filter(({ status }) => status >= 400)).toEqual([]);
    await agent.remove();
  });

  test("with a kubeconfig on the host, pods get their networks while it is away", async () => {
    const hostKubeconfig = `${folders.conf}/multus.d/multus.kubeconfig`;
    const agent = await node.startAgentPod(installationFor("k3s", { image: imageName, hostKubeconfig }));
    await agent.untilReady();
    const file = node.containerd.node.path(hostKubeconfig);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(node.tokenRequests.map(({ spec }) => spec.boundObjectRef)).toEqual([
      {
        apiVersion: "v1",
        kind: "Pod",
        name: "kube-multus-ds-3",
        uid: "00000000-0000-4000-9000-000000000003",
      },
    ]);
    await agent.stopAgent();
    const [pod = pods.threeNetworks] = pods.crowd;
    const id = await run(node, pod);
    expect(await interfaceNames(node, id)).toEqual(["eth0", "net1", "net2"]);
    expect(networkStatus(node, pod)).toHaveLength(3);
    await removePod(node.containerd, id);
    expect(await agent.log()).not.toContain("eyJ");
    await agent.remove();
  });
});

/** As k3s has it, but that here `flannel` is the plugin that flannel calls. */
const flannel = {
  cniVersion: "1.0.0",
  name: "cbr0",
  plugins: [
    {
      type: "flannel",
      bridge: nodeLinks.primary,
      isGateway: true,
      ipam: { type: "host-local", ranges: [[{ subnet: "10.42.0.0/24" }]], routes: [{ dst: "0.0.0.0/0" }] },
    },
  ],
};
