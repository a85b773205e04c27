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
import { type PluresNode, podLinks, startPluresNode, stateFiles } from "./plures-node.ts";
import { pods, shopObjects, type TestPod } from "./shop-objects.ts";
import { failureOf, removePod, runPod } from "./test-pods.ts";
import { noPodTraces, podInterfaces, remainingPodTraces } from "./traces.ts";

const statusAnnotation = "k8s.v1.cni.cncf.io/network-status";

setDefaultTimeout(60_000);

const configNames = ["00-multus.conf", "00-multus.conflist"] as const;

describe.each(configNames)("containerd with Plures as %s", (configName) => {
  let node: PluresNode;

  beforeAll(async () => {
    node = await startPluresNode({ configName, objects: shopObjects });
  });

  afterAll(async () => {
    await node?.stop();
  });

  // What a failed test leaves must not fail the next one.
  let before = nothing;

  beforeEach(async () => {
    before = await leftovers(node);
  });

  afterEach(async () => {
    const ids = (await node?.containerd.cri.podSandboxes()) ?? [];
    for (const id of ids) await removePod(node.containerd, id).catch(() => undefined);
  });

  test("gives a pod its three networks, tells the API, and takes all away again", async () => {
    const pod = pods.threeNetworks;
    const { cri } = node.containerd;
    const id = await runPod(node.containerd, pod);

    const { netns, ips } = await cri.podSandboxStatus(id);
    const interfaces = await podInterfaces(node.containerd.node, netns);
    expect(interfaces).toEqual([
      { name: "eth0", addresses: [expect.stringMatching(/^10\.88\.0\.\d+\/24$/)] },
      { name: "net1", addresses: [expect.stringMatching(/^10\.90\.0\.\d+\/24$/)] },
      { name: "net2", addresses: [expect.stringMatching(/^10\.91\.0\.\d+\/24$/)] },
    ]);
    const addresses = interfaces.map((each) => each.addresses.map((address) => address.replace("/24", "")));
    expect(ips).toEqual(addresses[0] ?? []);
    expect(await networkStatus(node, pod)).toMatchObject([
      { name: "primary", interface: "eth0", ips: addresses[0], default: true },
      { name: "shop/macvlan", interface: "net1", ips: addresses[1] },
      { name: "shop/bridge", interface: "net2", ips: addresses[2] },
    ]);

    await cri.stopPodSandbox(id);
    await cri.stopPodSandbox(id);
    await cri.removePodSandbox(id);
    await expectNothingLeft(node, before);
  });

  test("hands the pod's name on to plugins", async () => {
    const id = await runPod(node.containerd, pods.plain);
    await removePod(node.containerd, id);
    const requests = (await node.primaryRequests()).filter((request) => request.CNI_CONTAINERID === id);
    expect(requests.map((request) => request.CNI_COMMAND)).toEqual(["ADD", "DEL"]);
    for (const { CNI_ARGS } of requests) {
      expect(CNI_ARGS?.split(";")).toEqual(
        expect.arrayContaining([
          "K8S_POD_NAMESPACE=shop",
          `K8S_POD_NAME=${pods.plain.name}`,
          `K8S_POD_UID=${pods.plain.uid}`,
          `K8S_POD_INFRA_CONTAINER_ID=${id}`,
        ]),
      );
    }
  });

  test("gives a pod that asks for nothing its primary network", async () => {
    const id = await runPod(node.containerd, pods.plain);
    const { netns } = await node.containerd.cri.podSandboxStatus(id);
    const interfaces = await podInterfaces(node.containerd.node, netns);
    expect(interfaces.map(({ name }) => name)).toEqual(["eth0"]);
    expect(await networkStatus(node, pods.plain)).toMatchObject([
      { name: "primary", interface: "eth0", default: true },
    ]);
    await removePod(node.containerd, id);
    await expectNothingLeft(node, before);
  });

  test("starts pods of system namespaces and writes no status for them", async () => {
    const id = await runPod(node.containerd, pods.system);
    expect(await networkStatus(node, pods.system)).toBeUndefined();
    await removePod(node.containerd, id);
    await expectNothingLeft(node, before);
  });

  test("keeps four pods at once apart", async () => {
    const ids = await Promise.all(pods.crowd.map((pod) => runPod(node.containerd, pod)));
    const { cri, node: machine } = node.containerd;
    const interfaces = await Promise.all(
      ids.map(async (id) => podInterfaces(machine, (await cri.podSandboxStatus(id)).netns)),
    );
    expect(interfaces.map((each) => each.map(({ name }) => name))).toEqual(
      ids.map(() => ["eth0", "net1", "net2"]),
    );
    const addresses = interfaces.flat().flatMap((each) => each.addresses);
    expect(new Set(addresses).size).toBe(3 * ids.length);
    await Promise.all(ids.map((id) => removePod(node.containerd, id)));
    await expectNothingLeft(node, before);
  });

  test.each([
    { what: "a NAD with broken JSON", pod: pods.brokenJson, says: ["shop/broken-json", "line 3"] },
    { what: "a NAD that does not exist", pod: pods.missingNetwork, says: ["shop/missing", "not-there"] },
    {
      what: "a NAD whose master is not there",
      pod: pods.missingMaster,
      says: ["shop/no-master", "macvlan", "master"],
    },
  ])("refuses a pod with $what and leaves nothing", async ({ pod, says }) => {
    const failure = await failureOf(runPod(node.containerd, pod));
    expect(failure).toContain(`${pod.namespace}/${pod.name}`);
    for (const part of says) expect(failure).toContain(part);
    await expectNothingLeft(node, before);
  });

  test("refuses the second pod for the last address, undoes what it had, and attaches it once the first is gone", async () => {
    const first = await runPod(node.containerd, pods.firstOfOne);
    const withFirst = await leftovers(node);
    const failure = await failureOf(runPod(node.containerd, pods.secondOfOne));
    expect(failure).toContain("shop/second-of-one");
    expect(failure).toContain("shop/one-address");
    expect(await leftovers(node)).toEqual(withFirst);

    await removePod(node.containerd, first);
    const second = await runPod(node.containerd, pods.secondOfOne);
    const { netns } = await node.containerd.cri.podSandboxStatus(second);
    expect((await podInterfaces(node.containerd.node, netns)).map(({ name }) => name)).toEqual([
      "eth0",
      "net1",
      "net2",
    ]);
    await removePod(node.containerd, second);
    await expectNothingLeft(node, before);
  });
});

describe.each(configNames)("containerd with Plures as %s, without the API server", (configName) => {
  let node: PluresNode;
  let attachedBefore: string;

  beforeAll(async () => {
    node = await startPluresNode({ configName, objects: shopObjects, deadlineSeconds: 3 });
    attachedBefore = await runPod(node.containerd, pods.threeNetworks);
    await node.api.stop();
  });

  afterAll(async () => {
    await node?.stop();
  });

  test("refuses a pod that may ask for networks, to be tried again later", async () => {
    const failure = await failureOf(runPod(node.containerd, pods.plain));
    expect(failure).toContain(`shop/${pods.plain.name}`);
    expect(failure).toContain(node.api.server);
    expect(await answerByHand(node, pods.plain)).toMatchObject({ code: 11 });
  });

  test("starts a pod of a system namespace", async () => {
    const id = await runPod(node.containerd, pods.system);
    expect((await node.containerd.cri.podSandboxStatus(id)).ips).toHaveLength(1);
    await removePod(node.containerd, id);
  });

  test("starts a pod of which containerd tells that it asks for nothing", async () => {
    const id = await runPod(node.containerd, pods.plain, { "kubernetes.io/config.source": "api" });
    expect((await node.containerd.cri.podSandboxStatus(id)).ips).toHaveLength(1);
    await removePod(node.containerd, id);
  });

  test("refuses a pod of which containerd tells that it asks for networks", async () => {
    const asks = { "k8s.v1.cni.cncf.io/networks": "bridge" };
    expect(await failureOf(runPod(node.containerd, pods.plain, asks))).toContain(`shop/${pods.plain.name}`);
  });

  test("takes away what it attached before", async () => {
    await removePod(node.containerd, attachedBefore);
    await expectNothingLeft(node);
  });
});

async function networkStatus({ api }: PluresNode, { namespace, name }: TestPod): Promise<unknown> {
  const annotation = (await api.podAnnotations(namespace, name))[statusAnnotation];
  return annotation === undefined ? undefined : JSON.parse(annotation);
}

async function expectNothingLeft(node: PluresNode, before = nothing): Promise<void> {
  expect(await remainingPodTraces(node.containerd)).toEqual(noPodTraces);
  expect(await leftovers(node)).toEqual(before);
}

/** What attachments leave on a node. */
async function leftovers(node: PluresNode) {
  return { links: await podLinks(node), files: await stateFiles(node) };
}

const nothing: Awaited<ReturnType<typeof leftovers>> = { links: [], files: [] };

/**
 * What the plugin answers when it is started as containerd starts it: containerd itself does not show the
 * error code.
 */
async function answerByHand({ containerd, binDir, configFile }: PluresNode, pod: TestPod): Promise<unknown> {
  const config = JSON.parse(await Bun.file(configFile).text());
  const { plugins: [plugin] = [config], cniVersion, name } = config;
  const environment = {
    CNI_COMMAND: "ADD",
    CNI_CONTAINERID: "by-hand",
    CNI_NETNS: "/proc/1/ns/net",
    CNI_IFNAME: "eth0",
    CNI_PATH: binDir,
    CNI_ARGS: `IgnoreUnknown=1;K8S_POD_NAMESPACE=${pod.namespace};K8S_POD_NAME=${pod.name};K8S_POD_UID=${pod.uid}`,
  };
  const settings = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  const stdin = JSON.stringify({ ...plugin, cniVersion, name });
  const { stdout } = await containerd.node.run(["env", ...settings, `${binDir}/multus`], stdin);
  return JSON.parse(stdout);
}
