// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { planTry } from "./plan-try.ts";
import { readScenario } from "./read-scenario.ts";

const nad = (name: string, config: object, namespace = "default") =>
  `kind: NetworkAttachmentDefinition\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {config: '${JSON.stringify(config)}'}`;

const pod = (name: string, networks: string, more = "") =>
  `kind: Pod\nmetadata: {name: ${name}, annotations: {k8s.v1.cni.cncf.io/networks: '${networks}'${more}}}`;

const installed = ["bridge", "host-local", "macvlan"];

function plan(documents: readonly string[], wanted?: string) {
  const scenario = readScenario(documents.map((text, index) => ({ name: `f${index + 1}.yaml`, text })));
  return planTry(scenario, {
    ...{ pod: wanted, pluginDirs: ["/bin/cni", "/bin/more"] },
    isInstalled: (plugin) => installed.includes(plugin),
    paths: { confDir: "/run/conf", cniDir: "/run/state" },
  });
}

const interfaceRows = [
  { config: { type: "macvlan", master: "eth1" }, made: ["eth1"] },
  { config: { plugins: [{ type: "vlan", master: "eth2" }, { type: "tuning" }] }, made: ["eth2"] },
  { config: { type: "host-device", device: "ens5" }, made: ["ens5"] },
  { config: { type: "vlan", master: "eth0", linkInContainer: true }, made: [] },
  { config: { type: "macvlan", master: "cni0" }, made: [] },
  { config: { type: "macvlan", master: "a-name-that-is-too-long" }, made: [] },
  { config: { type: "macvlan", master: 7 }, made: [] },
  { config: { type: "macvlan", master: "lo" }, made: [] },
  { config: { plugins: [{ type: "bridge" }, { type: "macvlan", master: "cni0" }] }, made: [] },
  { config: { type: "bridge", bridge: "br0" }, made: [] },
];

for (const { config, made } of interfaceRows) {
  test(`the node gets ${made.join(", ") || "no interface"} for ${JSON.stringify(config)}`, () => {
    expect(plan([nad("n", config), pod("a", "n")]).facts.node.interfaces).toEqual(made);
  });
}

test("what is missing is told once, with all networks that need it, IPAM included", () => {
  const { facts } = plan([
    nad("one", { type: "sriov", ipam: { type: "whereabouts" } }),
    nad("two", { type: "macvlan", ipam: { type: "whereabouts" } }),
    pod("a", "one, two"),
  ]);
  expect(facts.missingPlugins).toEqual([
    { plugin: "sriov", neededBy: ["default/one"], howToGet: expect.any(String) },
    { plugin: "whereabouts", neededBy: ["default/one", "default/two"], howToGet: expect.any(String) },
  ]);
});

test("networks that no chosen pod asks for cost nothing", () => {
  const documents = [nad("n", { type: "ovs", master: "eth9" }), pod("a", "n"), pod("b", "")];
  expect(plan(documents, "b").facts).toMatchObject({ missingPlugins: [], node: { interfaces: [] } });
  expect(plan(documents, "a").facts).toMatchObject({ node: { interfaces: ["eth9"] } });
});

test("default networks, the cluster network and the default-network annotation are in use as well", () => {
  const { facts } = plan([
    '{"type": "multus", "clusterNetwork": "main", "defaultNetworks": ["always"]}',
    nad("main", { type: "macvlan", master: "e1" }, "kube-system"),
    nad("always", { type: "macvlan", master: "e2" }, "kube-system"),
    nad("instead", { type: "macvlan", master: "e3" }, "kube-system"),
    pod("a", "", ", v1.multus-cni.io/default-network: instead"),
  ]);
  expect(facts.node.interfaces).toEqual(["e1", "e2", "e3"]);
});

test("a configuration file that the cluster network names is in use", () => {
  const file = '{"cniVersion":"1.0.0","name":"main","type":"ovs"}';
  const documents = [file, pod("a", "")];
  const named = '{"type": "multus", "clusterNetwork": "main"}';
  expect(plan([...documents, named]).facts.missingPlugins).toMatchObject([
    { plugin: "ovs", neededBy: ["main"] },
  ]);
});

test("what cannot be read is left to the attachment to complain of", () => {
  const broken = "kind: NetworkAttachmentDefinition\nmetadata: {name: n}\nspec: {config: '{'}";
  const { pods, facts } = plan([broken, pod("a", "n"), pod("b", "[{]")]);
  expect(pods.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(facts.missingPlugins).toEqual([]);
});

test("a primary of the files is in the node's folder too, with the extension of its form", () => {
  const single = '{"cniVersion":"1.0.0","name":"p","type":"bridge"}';
  const list = '{"cniVersion":"1.0.0","name":"p","plugins":[{"type":"bridge"}]}';
  expect(plan([single, pod("a", "")]).configFiles).toEqual({ "10-primary.conf": single });
  expect(plan([list, pod("a", "")]).configFiles).toEqual({ "10-primary.conflist": list });
  expect(plan([pod("a", "")]).configFiles).toEqual({});
});
