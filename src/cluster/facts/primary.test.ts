// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { known, type NodeFact, unknown } from "../../diagnosis/facts/index.ts";
import { sourceOf } from "./builders.ts";
import fixtures from "./fixtures/primary-daemonsets.json";
import { type Fields, nameOf } from "./object-fields.ts";
import { readPrimary } from "./primary.ts";

const daemonSets: readonly Fields[] = fixtures.items;
const noNodes = known([]);

const source = (objects: readonly Fields[] = [], listedKinds: readonly string[] = []) =>
  sourceOf({ objects, listedKinds });

async function primariesOf(
  name: string,
  { objects, listedKinds }: { objects?: readonly Fields[]; listedKinds?: readonly string[] } = {},
) {
  const own = daemonSets.filter((each) => nameOf(each) === name);
  expect(own.length).toBe(1);
  const fact = await readPrimary(source(objects, listedKinds), { daemonSets: known(own), nodes: noNodes });
  return fact.kind === "known" ? fact.value : fact;
}

test.each<[string, string, string | undefined]>([
  ["kube-flannel-ds", "flannel", "v0.26.1"],
  ["rke2-canal", "canal", "v3.29.0-build20241104"],
  ["calico-node", "calico", "v3.29.1"],
  ["cilium", "cilium", "v1.16.4"],
  ["kindnet", "kindnet", "v20241108-5c6d2daf"],
  ["kube-router", "kube-router", "v2.2.1"],
  ["kube-ovn-cni", "kube-ovn", "v1.13.0"],
  ["antrea-agent", "antrea", "v2.2.0"],
  ["weave-net", "weave", "latest"],
  ["aws-node", "aws", "v1.19.0-eksbuild.1"],
  ["azure-cns", "azure", "v1.6.13"],
  ["netd", "gke", "v1.2.3"],
  ["ovnkube-node", "ovn-kubernetes", undefined],
])("DaemonSet %s is %s %p", async (daemonSet, name, version) => {
  const found = await primariesOf(daemonSet);
  expect(found).toMatchObject([{ name, workload: `DaemonSet/${daemonSet}` }]);
  expect("kind" in found ? undefined : found[0]?.version).toBe(version);
});

test.each(["kube-proxy", "cilium-envoy", "calico-typha"])("DaemonSet %s is none", async (daemonSet) => {
  expect(await primariesOf(daemonSet)).toEqual([]);
});

const ciliumConfig = (data: Readonly<Record<string, string>>) => [
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cilium-config", namespace: "kube-system" },
    data,
  },
];

test.each<[string, readonly Fields[], unknown]>([
  ["true where it is not said", ciliumConfig({}), known(true)],
  ["true where it is said", ciliumConfig({ "cni-exclusive": "true" }), known(true)],
  ["false where it is said", ciliumConfig({ "cni-exclusive": "false" }), known(false)],
])("cni-exclusive of Cilium: %s", async (_, objects, exclusive) => {
  expect(await primariesOf("cilium", { objects })).toMatchObject([{ name: "cilium", exclusive }]);
});

test("cni-exclusive is unknown where nobody could read it, and where its ConfigMap is absent", async () => {
  expect(await primariesOf("cilium")).toMatchObject([{ exclusive: { kind: "unknown" } }]);
  const listedKinds = ["ConfigMap"];
  expect(await primariesOf("cilium", { listedKinds })).toMatchObject([
    { exclusive: unknown("there is no ConfigMap kube-system/cilium-config") },
  ]);
});

const k3sNode = {
  name: "n1",
  annotations: { "flannel.alpha.coreos.com/backend-type": "vxlan" },
} as unknown as NodeFact; // Only these are read.

test("flannel inside of k3s is told by its annotation of the nodes", async () => {
  const fact = await readPrimary(source(), { daemonSets: known([]), nodes: known([k3sNode]) });
  expect(fact).toMatchObject({ value: [{ name: "flannel", why: expect.stringContaining("of node n1") }] });
});

test("that annotation is flannel's own where it has a DaemonSet", async () => {
  const own = daemonSets.filter((each) => nameOf(each) === "kube-flannel-ds");
  const fact = await readPrimary(source(), { daemonSets: known(own), nodes: known([k3sNode]) });
  expect(fact).toMatchObject({ value: [{ workload: "DaemonSet/kube-flannel-ds" }] });
});

test("without DaemonSets it is unknown", async () => {
  const fact = await readPrimary(source(), { daemonSets: unknown("denied"), nodes: known([k3sNode]) });
  expect(fact).toEqual(unknown("denied"));
});
