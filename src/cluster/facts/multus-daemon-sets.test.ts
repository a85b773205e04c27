// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { known, knownValue, type MultusDaemonSetFact, unknown } from "../../diagnosis/facts/index.ts";
import { sourceOf } from "./builders.ts";
import daemonSets from "./fixtures/multus-daemonsets.json";
import recorded from "./fixtures/recorded-cluster.json";
import { readMultusDaemonSets } from "./multus-daemon-sets.ts";
import type { Fields } from "./object-fields.ts";

const source = (objects: readonly Fields[] = [], listedKinds: readonly string[] = []) =>
  sourceOf({ objects, listedKinds });

async function read(
  objects: readonly Fields[],
  listedKinds?: readonly string[],
): Promise<readonly MultusDaemonSetFact[]> {
  const fact = await readMultusDaemonSets(
    source(objects, listedKinds),
    known(objects.filter(({ kind }) => kind === "DaemonSet")),
  );
  if (fact.kind !== "known") throw new Error("the DaemonSets are not known");
  return fact.value;
}

test("the DaemonSet of a real cluster, with its mounts and its configuration", async () => {
  const [thick] = await read(recorded.items);
  expect(thick).toMatchObject({
    namespace: "kube-system",
    name: "kube-multus-ds",
    flavour: "upstream-thick",
    generation: 2,
    status: { observedGeneration: 2, desired: 1, updated: 1, ready: 1, unavailable: 0 },
    hostNetwork: true,
    hostPid: true,
    serviceAccount: "multus",
    tolerations: [
      { effect: "NoSchedule", operator: "Exists" },
      { effect: "NoExecute", operator: "Exists" },
    ],
  });
  const [container] = thick?.containers ?? [];
  expect(container).toMatchObject({
    name: "kube-multus",
    isInit: false,
    command: ["/usr/src/multus-cni/bin/multus-daemon"],
    args: [],
    environment: { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "6443" },
    privileged: true,
  });
  const mounts = Object.fromEntries((container?.mounts ?? []).map((mount) => [mount.mountPath, mount]));
  expect(mounts["/host/etc/cni/net.d"]).toMatchObject({
    source: "host-path",
    hostPath: "/etc/cni/net.d",
    propagation: "None",
  });
  expect(mounts["/hostroot"]).toMatchObject({ hostPath: "/", propagation: "HostToContainer" });
  expect(mounts["/etc/cni/net.d/multus.d"]).toMatchObject({
    source: "config-map",
    object: "multus-daemon-config",
    readOnly: true,
  });
  const files = knownValue(thick?.configMaps ?? unknown("none"));
  expect(files).toMatchObject([{ configMap: "multus-daemon-config", key: "daemon-config.json" }]);
  expect(JSON.parse(files?.[0]?.text ?? "")).toMatchObject({
    chrootDir: "/hostroot",
    multusConfigFile: "auto",
  });
});

test("containers for init come first, arguments and managers are there", async () => {
  const all = await read(daemonSets.items, ["ConfigMap"]);
  const k3s = all.find(({ flavour, engine }) => flavour === "rke2-multus" && engine === "thin");
  expect(k3s?.containers.map(({ name, isInit }) => [name, isInit])).toEqual([
    ["cni-plugins", true],
    ["kube-rke2-multus", false],
  ]);
  expect(k3s?.containers[1]?.args).toContain("--cni-bin-dir=/host/var/lib/rancher/k3s/data/cni");
  expect(k3s?.managedBy).toEqual([
    "label app.kubernetes.io/managed-by=Helm",
    "Helm release kube-system/multus",
  ]);
  expect(k3s?.nodeSelector).toEqual({ "kubernetes.io/os": "linux" });
  expect(all.find(({ flavour }) => flavour === "bitnami")?.status).toMatchObject({
    ready: 1,
    unavailable: 1,
  });
  expect(all.find(({ flavour }) => flavour === "cnao")?.managedBy).toContain(
    "owner NetworkAddonsConfig/cluster",
  );
});

test("a variable that names a secret is left out, its neighbours stay", async () => {
  const all = await read(daemonSets.items, ["ConfigMap"]);
  expect(all.find(({ flavour }) => flavour === "bitnami")?.containers[1]?.environment).toEqual({
    BITNAMI_DEBUG: "false",
  });
  expect(JSON.stringify(all)).not.toContain("hunter2");
});

test("a ConfigMap that cannot be read makes the files unknown, and nothing else", async () => {
  const [thin] = await read(daemonSets.items.slice(0, 1));
  expect(thin?.configMaps).toMatchObject({ kind: "unknown", reason: expect.stringContaining("ConfigMap") });
  expect(thin?.flavour).toBe("upstream-thin");
});

test("a ConfigMap that is absent has no files", async () => {
  const [thin] = await read(daemonSets.items.slice(0, 1), ["ConfigMap"]);
  expect(thin?.configMaps).toEqual(known([]));
});

test("scripts in ConfigMaps are no configuration, and passwords in one are hidden", async () => {
  const [thin] = daemonSets.items;
  const configMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "multus-cni-config", namespace: "kube-system" },
    data: { "cni-conf.json": '{"password": "hunter2"}', "run.sh": "exit" },
  };
  const [fact] = await read([thin ?? {}, configMap]);
  expect(fact?.configMaps).toEqual(
    known([{ configMap: "multus-cni-config", key: "cni-conf.json", text: '{"password": "(hidden)"}' }]),
  );
});

test("unknown DaemonSets stay unknown", async () => {
  expect(await readMultusDaemonSets(source([]), unknown("denied"))).toEqual(unknown("denied"));
});
