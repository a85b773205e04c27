// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterFacts, Fact } from "../../diagnosis/facts/index.ts";
import { selfReviewPath } from "../../testing/api-server/access-review.ts";
import {
  type ApiServer,
  type ApiServerOptions,
  adminToken,
  type PlannedFault,
  startApiServer,
} from "../../testing/api-server/index.ts";
import { defaultKinds, type ServedKind } from "../../testing/api-server/served-kinds.ts";
import { neededRights } from "./access.ts";
import { knownOf } from "./builders.ts";
import { factResources } from "./fact-resources.ts";
import recorded from "./fixtures/recorded-cluster.json";
import { readLiveClusterFacts } from "./live-cluster-facts.ts";

const namespaced = new Set(["DaemonSet", "Role", "RoleBinding"]);

/** What a server of today has besides those of the double. */
const kinds: readonly ServedKind[] = [
  ...defaultKinds,
  ...Object.values(factResources)
    .filter(
      ({ kind, group }) => !defaultKinds.some((each) => each.kind === kind) && !group.includes("kubevirt.io"),
    )
    .map((resource) => ({
      ...resource,
      singular: resource.kind.toLowerCase(),
      namespaced: namespaced.has(resource.kind),
      custom: false,
      hasStatus: true,
      shortNames: [],
    })),
];

let folder: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-cluster-facts-"));
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await rm(folder, { recursive: true });
});

async function start(options: ApiServerOptions = {}): Promise<ApiServer> {
  const server = await startApiServer({ kinds, objects: recorded.items, ...options });
  closing.push(() => server.stop());
  return server;
}

async function read(kubeconfig: string, times: { requestMs?: number } = {}): Promise<ClusterFacts> {
  const path = join(folder, "kubeconfig");
  await writeFile(path, kubeconfig);
  const signal = new AbortController().signal;
  return readLiveClusterFacts({ kubeconfig: path, env: {}, signal, progress: () => undefined, ...times });
}

function reasonOf(fact: Fact<unknown>): string {
  return fact.kind === "unknown" ? fact.reason : `it is ${fact.kind}`;
}

describe("a cluster that answers", () => {
  test("gives what the same objects in a file give", async () => {
    const server = await start();
    const facts = await read(server.kubeconfig());
    expect(facts.origin).toEqual({ kind: "live", server: server.url });
    expect(knownOf(facts.nodes).map(({ name }) => name)).toEqual(["node1"]);
    expect(knownOf(facts.multusDaemonSets)).toMatchObject([
      { flavour: "upstream-thick", configMaps: { kind: "known" } },
    ]);
    expect(knownOf(facts.crd).exists).toBe(true);
    expect(knownOf(facts.networks).length).toBe(11);
    expect(knownOf(facts.rbac)[0]?.roles).toMatchObject([{ role: "ClusterRole/multus", exists: true }]);
    expect(knownOf(facts.pods)).toMatchObject({ total: 18, withNetworks: 15 });
    expect(knownOf(facts.events).length).toBeGreaterThan(0);
    expect(knownOf(facts.primary)).toEqual([]);
    expect(knownOf(facts.version).gitVersion).toBe("v1.36.2");
    expect(knownOf(facts.apiGroups)).toContain("k8s.cni.cncf.io");
    expect(knownOf(facts.kubevirt).installed).toBe(false);
  });

  test("tells each right that we have", async () => {
    const rules = [
      { apiGroups: ["apps"], resources: ["daemonsets"], verbs: ["create"], namespaces: ["kube-system"] },
      { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
      { apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["create"] },
    ];
    const server = await start({ users: [{ name: "installer", tokens: [adminToken], rules }] });
    const rights = knownOf((await read(server.kubeconfig())).access);
    expect(rights.filter(({ allowed }) => allowed).map(({ resource }) => resource)).toEqual([
      "daemonsets",
      "serviceaccounts/token",
      "clusterroles",
    ]);
  });

  test("is asked little, and never for a Secret nor for a change", async () => {
    const server = await start();
    await read(server.kubeconfig());
    const asked = server.requests.map(({ method, url }) => `${method} ${url}`);
    const reads = asked.filter((each) => each.startsWith("GET "));
    expect(reads.length).toBeLessThanOrEqual(13);
    expect(new Set(reads).size).toBe(reads.length);
    expect(reads.filter((each) => /secrets/.test(each))).toEqual([]);
    const others = asked.filter((each) => !each.startsWith("GET "));
    expect(new Set(others)).toEqual(new Set([`POST ${selfReviewPath}`]));
    expect(others.length).toBe(neededRights.length);
    expect(server.connections()).toBeLessThanOrEqual(3);
  });

  test("without the CRD has no networks and no KubeVirt", async () => {
    const server = await start({ kinds: kinds.filter(({ custom }) => !custom), objects: [] });
    const facts = await read(server.kubeconfig());
    expect(knownOf(facts.networks)).toEqual([]);
    expect(knownOf(facts.crd).exists).toBe(false);
    expect(knownOf(facts.kubevirt).installed).toBe(false);
  });
});

describe("what it may not read is unknown, and nothing else", () => {
  test("a user who may read pods alone", async () => {
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }];
    const server = await start({ users: [{ name: "reader", tokens: [adminToken], rules }] });
    const facts = await read(server.kubeconfig());
    expect(knownOf(facts.pods).total).toBe(18);
    expect(reasonOf(facts.nodes)).toMatch(/^cannot list nodes.*RBAC denies it .*may list nodes/);
    for (const fact of [facts.multusDaemonSets, facts.primary, facts.rbac]) {
      expect(reasonOf(fact)).toMatch(/cannot list daemonsets.*RBAC denies it/);
    }
    expect(reasonOf(facts.networks)).toMatch(/RBAC denies it/);
    expect(reasonOf(facts.crd)).toMatch(/RBAC denies it/);
    expect(knownOf(facts.access).map(({ allowed }) => allowed)).toEqual(neededRights.map(() => false));
  });

  test.each<[string, PlannedFault, Exclude<keyof ClusterFacts, "origin">, RegExp]>([
    ["403", { fault: { kind: "status", code: 403 }, path: "/nodes" }, "nodes", /RBAC denies it/],
    [
      "404 of a kind that every cluster has",
      { fault: { kind: "status", code: 404 }, path: "/nodes" },
      "nodes",
      /knows no nodes/,
    ],
    ["500", { fault: { kind: "status", code: 500 }, path: "/pods" }, "pods", /answers 500/],
    ["silence", { fault: { kind: "hang" }, path: "/events" }, "events", /does not answer in time/],
    [
      "an answer that is no JSON",
      { fault: { kind: "garbage" }, path: "/daemonsets" },
      "multusDaemonSets",
      /not of a Kubernetes API/,
    ],
    [
      "a cut connection",
      { fault: { kind: "cut" }, path: "/clusterrolebindings" },
      "rbac",
      /breaks the connection/,
    ],
  ])("%s", async (_, fault, key, reason) => {
    const server = await start();
    server.faults.plan(fault);
    const facts = await read(server.kubeconfig(), { requestMs: 400 });
    expect(reasonOf(facts[key])).toMatch(reason);
    const fine = key === "networks" ? facts.crd : facts.networks;
    expect(fine.kind).toBe("known");
  });

  test("a ConfigMap that is denied hides no DaemonSet", async () => {
    const server = await start();
    server.faults.plan({ fault: { kind: "status", code: 403 }, path: "/configmaps/" });
    const facts = await read(server.kubeconfig());
    expect(knownOf(facts.multusDaemonSets)).toMatchObject([
      { flavour: "upstream-thick", configMaps: { kind: "unknown" } },
    ]);
  });
});

describe("a cluster that nobody can ask is asked once, and all is unknown for that reason", () => {
  const everyReason = ({ origin: _, ...facts }: ClusterFacts) => [
    ...new Set(Object.values(facts).map(reasonOf)),
  ];

  test("a token that is not accepted", async () => {
    const server = await start();
    const reasons = everyReason(await read(server.kubeconfig({ user: { token: "stale" } })));
    expect(reasons.length).toBe(1);
    expect(reasons[0]).toMatch(/does not accept the token/);
    expect(reasons[0]).not.toContain("stale");
    expect(server.requests.length).toBe(1);
  });

  test("a server that says nothing", async () => {
    const server = await start();
    server.faults.plan({ fault: { kind: "hang" } });
    const before = performance.now();
    const reasons = everyReason(await read(server.kubeconfig(), { requestMs: 300 }));
    expect(reasons).toEqual([expect.stringContaining("does not answer in time")]);
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  test("nobody listens", async () => {
    const server = await start();
    const kubeconfig = server.kubeconfig();
    await server.stop();
    closing.length = 0;
    expect(everyReason(await read(kubeconfig, { requestMs: 300 }))).toEqual([
      expect.stringContaining("refuses the connection"),
    ]);
  });

  test("a kubeconfig that is none", async () => {
    expect(everyReason(await read("clusters: 3"))).toEqual([
      expect.stringContaining("cannot use kubeconfig"),
    ]);
  });

  test("a certificate of somebody else", async () => {
    const server = await start({ certificate: "expired" });
    expect(everyReason(await read(server.kubeconfig()))).toEqual([expect.stringContaining("has expired")]);
  });
});
