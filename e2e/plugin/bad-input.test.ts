// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { run } from "../containerd/processes.ts";
import { linksInPod, nothing, podLinks, settledLeftovers } from "./leftovers.ts";
import { type PluginNode, startNode } from "./node.ts";
import { hostLocal, nadObject, usualNetworks } from "./objects.ts";
import { type Call, call, makePod, mustCall, removeNamespace } from "./runtime.ts";

setDefaultTimeout(30_000);

interface Refused {
  readonly what: string;
  readonly code: number;
  /** Pieces of the line that a runtime shows. */
  readonly says: readonly string[];
}

const bridge = { cniVersion: "1.0.0", type: "bridge", bridge: "br-x" };

const nads = [
  ...usualNetworks,
  nadObject("broken", '{\n  "cniVersion": "1.0.0",\n  "type": "bridge" "ipam": {}\n}'),
  nadObject("empty-list", { cniVersion: "1.0.0", plugins: [] }),
  nadObject("slash", { ...bridge, type: "../bin/bridge" }),
  nadObject("dots", { ...bridge, type: ".." }),
  nadObject("missing-plugin", { ...bridge, type: "sriov" }),
  nadObject("leading-zeros", { ...bridge, ipam: hostLocal("010.50.0.0/24") }),
  nadObject("gone-master", {
    cniVersion: "1.0.0",
    type: "macvlan",
    master: "enp9s0",
    ipam: hostLocal("10.51.0.0/24"),
  }),
  nadObject("tomorrow", { ...bridge, cniVersion: "9.0.0" }),
  nadObject("ourselves", { ...bridge, type: "multus" }),
  nadObject("gw", { ...bridge, isGateway: true, ipam: hostLocal("10.52.0.0/24") }),
  nadObject("guid", { ...bridge, capabilities: { infinibandGUID: true } }),
];

/** What a pod asks for in its annotation. */
const annotations: readonly (Refused & { readonly networks: string })[] = [
  {
    what: "a NAD with broken JSON",
    networks: "lan,broken",
    code: 6,
    says: ["default/broken", "line 3", "column"],
  },
  {
    what: "a conflist without plugins",
    networks: "lan,empty-list",
    code: 7,
    says: ["default/empty-list", "no plugins"],
  },
  {
    what: "a plugin name with a slash",
    networks: "lan,slash",
    code: 7,
    says: ["default/slash", "../bin/bridge"],
  },
  { what: "a plugin name of dots", networks: "lan,dots", code: 7, says: ["default/dots", '".."'] },
  {
    what: "a plugin that is missing",
    networks: "lan,missing-plugin",
    code: 5,
    says: ["default/missing-plugin", "plugin sriov", "sriov-cni"],
  },
  {
    what: "a NAD that does not exist",
    networks: "lan,nowhere",
    code: 7,
    says: ["default/nowhere", "does not exist", "create it"],
  },
  {
    what: "a master that does not exist",
    networks: "lan,gone-master",
    code: 999,
    says: ["default/gone-master", "enp9s0"],
  },
  {
    what: "a version that is not there yet",
    networks: "lan,tomorrow",
    code: 1,
    says: ["default/tomorrow", "9.0.0"],
  },
  {
    what: "a NAD that leads back to us",
    networks: "lan,ourselves",
    code: 7,
    says: ["default/ourselves", "multus"],
  },
  {
    what: "a subnet with leading zeros",
    networks: "lan,leading-zeros",
    code: 999,
    says: ["default/leading-zeros", "without leading zeros"],
  },
  {
    what: "an interface name over 15 bytes",
    networks: "lan@a-name-too-long-",
    code: 7,
    says: ["a-name-too-long-", "15"],
  },
  { what: "an interface name with a slash", networks: "lan@eth/0", code: 7, says: ["eth/0"] },
  {
    what: "an interface name taken twice",
    networks: "lan@x0,data@x0",
    code: 7,
    says: ["default/lan", "default/data", "x0"],
  },
  { what: "the primary's interface name", networks: "lan@eth0", code: 7, says: ["default/lan", "eth0"] },
  {
    what: "two default routes of one family",
    networks: '[{"name":"gw","default-route":["10.52.0.1"]},{"name":"data","default-route":["10.91.0.1"]}]',
    code: 7,
    says: ["default/gw", "default/data", "two IPv4 default routes"],
  },
  {
    what: "a MAC that is none",
    networks: '[{"name":"lan","mac":"02:00:00:00:00"}]',
    code: 7,
    says: ["mac", "02:00:00:00:00"],
  },
  {
    what: "an IP address that is none",
    networks: '[{"name":"lan","ips":["10.1.1"]}]',
    code: 7,
    says: ["ips", "10.1.1"],
  },
  {
    what: "an IP address with leading zeros",
    networks: '[{"name":"lan","ips":["192.168.010.7/24"]}]',
    code: 7,
    says: ["192.168.010.7/24", "leading zeros"],
  },
  {
    what: "a GUID that is none",
    networks: '[{"name":"guid","infiniband-guid":"c2:11"}]',
    code: 7,
    says: ["infiniband-guid", "c2:11"],
  },
  {
    what: "both forms in one annotation",
    networks: '[{"name":"lan"}],data',
    code: 7,
    says: ["k8s.v1.cni.cncf.io/networks"],
  },
  {
    what: "an address that nobody gives",
    networks: '[{"name":"lan","ips":["172.16.0.9/24"]}]',
    code: 999,
    says: ["172.16.0.9"],
  },
  {
    what: "a network of another namespace that has none",
    networks: "elsewhere/lan",
    code: 7,
    says: ["elsewhere/lan", "default/lan"],
  },
];

/** What is wrong with the request itself. */
const requests: readonly (Refused & Omit<Call, "verb">)[] = [
  { what: "empty standard input", stdin: "", code: 6, says: ["standard input"] },
  { what: "standard input that is no JSON", stdin: "{nonsense", code: 6, says: ["line 1"] },
  {
    what: "a configuration without primary",
    config: { delegates: undefined },
    code: 7,
    says: ["clusterNetwork", "delegates"],
  },
  {
    what: "a primary without plugins",
    config: { delegates: [{ name: "x", cniVersion: "1.0.0", plugins: [] }] },
    code: 7,
    says: ["delegates[0]", "plugins"],
  },
  {
    what: "a primary whose file is missing",
    config: { clusterNetwork: "/etc/cni/net.d/10-gone.conf" },
    code: 7,
    says: ["/etc/cni/net.d/10-gone.conf"],
  },
  { what: "a wrong type of a key", config: { logLevel: 7 }, code: 7, says: ["logLevel"] },
  { what: "an unknown CNI version", config: { cniVersion: "7.0.0" }, code: 1, says: ["7.0.0"] },
  {
    what: "an interface of the runtime over 15 bytes",
    environment: { CNI_IFNAME: "a-name-too-long-" },
    code: 4,
    says: ["CNI_IFNAME"],
  },
  { what: "no container", environment: { CNI_CONTAINERID: "" }, code: 4, says: ["CNI_CONTAINERID"] },
  {
    what: "a container id that is a path",
    environment: { CNI_CONTAINERID: "../../etc" },
    code: 4,
    says: ["CNI_CONTAINERID"],
  },
  { what: "broken CNI_ARGS", environment: { CNI_ARGS: "K8S_POD_NAME" }, code: 4, says: ["CNI_ARGS"] },
  {
    what: "a kubeconfig that is missing",
    config: { kubeconfig: "/etc/cni/net.d/gone.kubeconfig" },
    code: 11,
    says: ["/etc/cni/net.d/gone.kubeconfig"],
  },
  { what: "a kubeconfig that is a folder", config: { kubeconfig: "/etc" }, code: 11, says: ['"/etc"'] },
];

let node: PluginNode;
let baseline: readonly string[];

beforeAll(async () => {
  node = await startNode(nads);
  baseline = await podLinks(node);
});

afterAll(async () => {
  await node?.stop();
});

describe("a pod is refused that asks for", () => {
  test.each([...annotations])("$what", async (row) => {
    await expectRefusal(row, { networks: row.networks });
  });
});

describe("a request is refused with", () => {
  test.each([...requests])("$what", async (row) => {
    await expectRefusal(row, row);
  });
});

test("a request is refused with a standard input that is closed", async () => {
  const environment = "CNI_COMMAND=ADD CNI_CONTAINERID=c CNI_NETNS=/run/netns/n CNI_IFNAME=eth0 CNI_PATH=/";
  const { exitCode, stdout } = await run(
    node.inside(["sh", "-c", `${environment} exec "${node.binDir}/multus" <&-`]),
  );
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ code: 6, msg: expect.stringContaining("standard input") });
});

/**
 * Calls ADD, which must be refused in one line that says what it must, and leave nothing; the runtime's DEL
 * after it succeeds.
 */
async function expectRefusal({ code, says }: Refused, options: Partial<Call> & { networks?: string }) {
  const pod = await makePod(node, options.networks);
  const { exitCode, stdout, stderr } = await call(node, { ...options, verb: "ADD", pod });
  const error = JSON.parse(stdout);
  expect({ exitCode, code: error.code, stderr }).toEqual({ exitCode: 1, code, stderr: "" });
  for (const piece of says) expect(error.msg).toContain(piece);
  expect(error.msg).toMatch(/^[^\n]{1,200}$/);

  expect(await linksInPod(node, pod)).toEqual([]);
  await mustCall(node, { verb: "DEL", pod });
  await removeNamespace(node, pod);
  expect(await settledLeftovers(node, baseline)).toEqual(nothing);
}
