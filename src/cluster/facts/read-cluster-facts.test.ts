// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readFacts } from "../../diagnosis/facts/index.ts";
import { factsOf, knownOf } from "./builders.ts";
import { factResources } from "./fact-resources.ts";
import recorded from "./fixtures/recorded-cluster.json";
import type { Fields } from "./object-fields.ts";

describe("a cluster that was recorded", () => {
  const cluster = factsOf({
    objects: recorded.items,
    listedKinds: ["RoleBinding"],
    version: { major: "1", minor: "36", gitVersion: "v1.36.2", platform: "linux/amd64" },
    apiGroups: ["k8s.cni.cncf.io", "apps"],
  });

  test("is a document of the published schema", async () => {
    const document = {
      schemaVersion: 1,
      takenAt: "2026-11-21T08:00:00Z",
      cluster: { origin: { kind: "recorded", file: "cluster.json" }, ...(await cluster) },
    };
    expect(readFacts(JSON.parse(JSON.stringify(document)))).toMatchObject({ kind: "facts" });
  });

  test("version, groups, node", async () => {
    const { version, apiGroups, nodes } = await cluster;
    expect(knownOf(version)).toEqual({ gitVersion: "v1.36.2", platform: "linux/amd64" });
    expect(knownOf(apiGroups)).toEqual(["apps", "k8s.cni.cncf.io"]);
    expect(knownOf(nodes)).toMatchObject([
      {
        name: "node1",
        podCidrs: ["10.42.0.0/24"],
        addresses: [{ type: "InternalIP", address: "192.0.2.2" }, { type: "Hostname" }],
        runtimeVersion: "containerd://2.1.9+unknown",
        isControlPlane: false,
        ready: { status: "True", reason: "KubeletReady" },
      },
    ]);
  });

  test("the CRD and its networks", async () => {
    const { crd, networks } = await cluster;
    expect(knownOf(crd)).toMatchObject({
      exists: true,
      versions: ["v1"],
      established: true,
      keptByHelm: false,
    });
    const byName = Object.fromEntries(knownOf(networks).map((network) => [network.name, network]));
    expect(Object.keys(byName).length).toBe(11);
    expect(byName["mv-a"]?.content).toMatchObject({ plugins: [{ type: "macvlan" }], isMultus: false });
    expect(byName["mv-a"]?.content?.problem).toBeUndefined();
    expect(byName["broken-json"]?.content?.problem).toMatch(/broken-json/);
  });

  test("what the ServiceAccount of its Multus may do", async () => {
    expect(knownOf((await cluster).rbac)).toMatchObject([
      {
        namespace: "kube-system",
        serviceAccount: "multus",
        exists: true,
        roles: [
          {
            binding: "ClusterRoleBinding/multus",
            role: "ClusterRole/multus",
            namespace: "",
            exists: true,
            rules: [{ apiGroups: ["k8s.cni.cncf.io"], resources: ["*"], verbs: ["*"] }, {}, {}],
          },
        ],
      },
    ]);
  });

  test("pods with their annotations and what hinders them", async () => {
    const { total, withNetworks, listed } = knownOf((await cluster).pods);
    expect({ total, withNetworks, listed: listed.length }).toEqual({
      total: 18,
      withNetworks: 15,
      listed: 16,
    });
    expect(listed.find(({ name }) => name === "plain")).toBeUndefined();
    expect(listed.find(({ name }) => name === "bad-annotation")).toMatchObject({
      phase: "Pending",
      node: "node1",
      networks: "mv-a,UPPER",
      ready: false,
      containers: [{ name: "c", state: "waiting", reason: "ContainerCreating", restarts: 0 }],
    });
    const good = listed.find(({ name }) => name === "two-nets");
    expect(JSON.parse(good?.networkStatus ?? "[]").length).toBe(3);
    expect(listed.find(({ owner }) => owner === "DaemonSet/kube-multus-ds")).toMatchObject({
      hostNetwork: true,
    });
  });

  test("warnings about networks, newest first", async () => {
    const events = knownOf((await cluster).events);
    expect(events.map(({ reason }) => reason)).toContain("NoNetworkFound");
    expect(events.map(({ type }) => type)).not.toContain("Normal");
    const times = events.map(({ lastSeen }) => lastSeen ?? "");
    expect(times).toEqual(times.toSorted().toReversed());
    expect(events.find(({ name }) => name === "bad-annotation")).toMatchObject({
      namespace: "default",
      kind: "Pod",
      node: "node1",
      count: 1,
    });
  });

  test("what only a live cluster can tell is not applicable", async () => {
    expect((await cluster).access.kind).toBe("not-applicable");
  });

  test("there is no KubeVirt where the API has no group of it", async () => {
    expect(knownOf((await cluster).kubevirt)).toMatchObject({ installed: false, networkAddons: false });
  });
});

test("of an empty recording everything is unknown and says what is missing", async () => {
  const { access, ...facts } = await factsOf({});
  expect(access.kind).toBe("not-applicable");
  for (const fact of Object.values(facts)) {
    expect(fact.kind === "unknown" ? fact.reason : "").toMatch(
      /^cluster\.json holds no .*`kubectl get --raw \//,
    );
  }
});

test("an object that two files hold counts once, as the last one has it", async () => {
  const pod = (phase: string) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "n", uid: "u" },
    status: { phase },
  });
  const facts = await factsOf({ objects: [pod("Running"), pod("Pending")] });
  expect(knownOf(facts.pods)).toMatchObject({ total: 1, listed: [{ phase: "Pending" }] });
});

test("what a pod asks for is told without the passwords in it", async () => {
  const networks = '[{"name":"lan","cni-args":{"password":"hunter2"}}]';
  const annotations = { "k8s.v1.cni.cncf.io/networks": networks };
  const facts = await factsOf({
    objects: [{ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "n", annotations } }],
  });
  const told = networks.replace("hunter2", "(hidden)");
  expect(knownOf(facts.pods)).toMatchObject({ withNetworks: 1, listed: [{ networks: told }] });
});

test("empty lists tell that there is nothing", async () => {
  const listedKinds = [
    "Node",
    "DaemonSet",
    "Pod",
    "Event",
    "NetworkAttachmentDefinition",
    "CustomResourceDefinition",
    "KubeVirt",
    "VirtualMachine",
  ];
  const facts = await factsOf({ listedKinds, apiGroups: ["apps"] });
  expect(knownOf(facts.multusDaemonSets)).toEqual([]);
  expect(knownOf(facts.primary)).toEqual([]);
  expect(knownOf(facts.rbac)).toEqual([]);
  expect(knownOf(facts.crd)).toMatchObject({ exists: false, versions: [] });
  expect(knownOf(facts.pods)).toEqual({ total: 0, withNetworks: 0, listed: [] });
});

/** `object` with one value somewhere in it replaced by `value`. */
function damaged(object: unknown, steps: readonly number[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof object !== "object" || object === null) return value;
  const entries = Object.entries(object);
  if (entries.length === 0) return value;
  const at = step % entries.length;
  const changed = entries.map(([key, old], index) => [key, index === at ? damaged(old, rest, value) : old]);
  return Array.isArray(object) ? changed.map(([, each]) => each) : Object.fromEntries(changed);
}

test("whatever is wrong within an object, nothing throws and the facts fit their schema", async () => {
  const kinds = Object.values(factResources);
  const samples = kinds.flatMap(({ kind }) =>
    recorded.items.filter((item) => item.kind === kind).slice(0, 2),
  );
  const listedKinds = kinds.map(({ kind }) => kind);
  const damage = fc.tuple(fc.nat(), fc.array(fc.nat(), { maxLength: 9 }), fc.jsonValue({ maxDepth: 2 }));
  await fc.assert(
    fc.asyncProperty(damage, async ([which, steps, value]) => {
      const sample = samples[which % samples.length];
      const { apiVersion, kind } = sample ?? {};
      const broken = { ...(damaged(sample, steps, value) as Fields), apiVersion, kind }; // A mapping again.
      const objects = [...samples.filter((each) => each !== sample), broken];
      const facts = await factsOf({ objects, listedKinds, apiGroups: ["apps", "kubevirt.io"] });
      const document = { schemaVersion: 1, takenAt: "", cluster: { origin: { kind: "recorded" }, ...facts } };
      expect(readFacts(JSON.parse(JSON.stringify(document)))).toMatchObject({ kind: "facts" });
    }),
  );
});
