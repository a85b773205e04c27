// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { type NodeKind, type NodeTraits, nodeKinds } from "../manifests/index.ts";
import { distributionOf, distributions, layoutsOf, pathNames } from "./index.ts";

/** Written down by hand from the projects' documents, not made from the data. */
const rows = [
  // id, layout, configurations, plugins, runtime's configuration, socket, kubelet's root, admin kubeconfig
  [
    "k3s",
    "since 2024-10",
    "/var/lib/rancher/k3s/agent/etc/cni/net.d",
    "/var/lib/rancher/k3s/data/cni",
    "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
    "/run/k3s/containerd/containerd.sock",
    "/var/lib/kubelet",
    "/etc/rancher/k3s/k3s.yaml",
  ],
  [
    "k3s",
    "before 2024-10",
    "/var/lib/rancher/k3s/agent/etc/cni/net.d",
    "/var/lib/rancher/k3s/data/current/bin",
    "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
    "/run/k3s/containerd/containerd.sock",
    "/var/lib/kubelet",
    "/etc/rancher/k3s/k3s.yaml",
  ],
  [
    "k3s",
    "container image before 2025-03",
    "/var/lib/rancher/k3s/agent/etc/cni/net.d",
    "/bin",
    "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
    "/run/k3s/containerd/containerd.sock",
    "/var/lib/kubelet",
    "/etc/rancher/k3s/k3s.yaml",
  ],
  [
    "k3s",
    "without flannel",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
    "/run/k3s/containerd/containerd.sock",
    "/var/lib/kubelet",
    "/etc/rancher/k3s/k3s.yaml",
  ],
  [
    "rke2",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/var/lib/rancher/rke2/agent/etc/containerd/config.toml",
    "/run/k3s/containerd/containerd.sock",
    "/var/lib/kubelet",
    "/etc/rancher/rke2/rke2.yaml",
  ],
  [
    "harvester",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/var/lib/rancher/rke2/agent/etc/containerd/config.toml",
    "/run/k3s/containerd/containerd.sock",
    "/var/lib/kubelet",
    "/etc/rancher/rke2/rke2.yaml",
  ],
  [
    "kubeadm",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/etc/containerd/config.toml",
    "/run/containerd/containerd.sock",
    "/var/lib/kubelet",
    "/etc/kubernetes/admin.conf",
  ],
  [
    "debian-containerd",
    "all",
    "/etc/cni/net.d",
    "/usr/lib/cni",
    "/etc/containerd/config.toml",
    "/run/containerd/containerd.sock",
    undefined,
    undefined,
  ],
  [
    "crio",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/etc/crio/crio.conf",
    "/var/run/crio/crio.sock",
    undefined,
    undefined,
  ],
  [
    "microk8s",
    "all",
    "/var/snap/microk8s/current/args/cni-network",
    "/var/snap/microk8s/current/opt/cni/bin",
    "/var/snap/microk8s/current/args/containerd.toml",
    "/var/snap/microk8s/common/run/containerd.sock",
    "/var/snap/microk8s/common/var/lib/kubelet",
    "/var/snap/microk8s/current/credentials/client.config",
  ],
  [
    "k0s",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/etc/k0s/containerd.toml",
    "/run/k0s/containerd.sock",
    "/var/lib/k0s/kubelet",
    undefined,
  ],
  [
    "talos",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/etc/cri/containerd.toml",
    "/run/containerd/containerd.sock",
    "/var/lib/kubelet",
    undefined,
  ],
  [
    "kind",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/etc/containerd/config.toml",
    "/run/containerd/containerd.sock",
    "/var/lib/kubelet",
    "/etc/kubernetes/admin.conf",
  ],
  [
    "minikube",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    undefined,
    undefined,
    undefined,
    "/var/lib/minikube/kubeconfig",
  ],
  [
    "openshift",
    "all",
    "/etc/kubernetes/cni/net.d",
    "/var/lib/cni/bin",
    "/etc/crio/crio.conf.d/00-default",
    "/var/run/crio/crio.sock",
    "/var/lib/kubelet",
    "/etc/kubernetes/static-pod-resources/kube-apiserver-certs/secrets/node-kubeconfigs",
  ],
  [
    "microshift",
    "all",
    "/etc/cni/net.d",
    "/run/cni/bin",
    "/etc/crio/crio.conf.d/10-microshift_base.conf",
    "/var/run/crio/crio.sock",
    undefined,
    "/var/lib/microshift/resources/kubeadmin/kubeconfig",
  ],
  [
    "eks",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/etc/containerd/config.toml",
    "/run/containerd/containerd.sock",
    "/var/lib/kubelet",
    undefined,
  ],
  [
    "gke",
    "all",
    "/etc/cni/net.d",
    "/home/kubernetes/bin",
    "/etc/containerd/config.toml",
    "/run/containerd/containerd.sock",
    "/var/lib/kubelet",
    undefined,
  ],
  [
    "aks",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/etc/containerd/config.toml",
    "/run/containerd/containerd.sock",
    "/var/lib/kubelet",
    undefined,
  ],
  [
    "flatcar",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    "/usr/share/containerd/config.toml",
    "/run/containerd/containerd.sock",
    undefined,
    undefined,
  ],
  [
    "bottlerocket",
    "all",
    "/etc/cni/net.d",
    "/opt/cni/bin",
    undefined,
    "/run/containerd/containerd.sock",
    "/var/lib/kubelet",
    undefined,
  ],
  ["nixos", "all", undefined, "/opt/cni/bin", undefined, undefined, undefined, undefined],
] as const;

test.each([...rows])("%s, %s", (id, name, ...expected) => {
  const distribution = distributionOf(id);
  const layout = distribution && layoutsOf(distribution).find((one) => one.name === name);
  const told: readonly unknown[] = pathNames.map((path) => layout?.paths[path]?.value);
  expect(layout).toBeDefined();
  expect(told).toEqual([...expected]);
});

test("no layout is left out above", () => {
  const all = distributions.flatMap((distribution) =>
    distribution.layouts.map(({ name }) => `${distribution.id} ${name}`),
  );
  expect(rows.map(([id, name]) => `${id} ${name}`).toSorted()).toEqual(all.toSorted());
});

test.each([
  ["k3s", ["bandwidth", "bridge", "firewall", "flannel", "host-local", "loopback", "portmap"]],
  ["kind", ["host-local", "loopback", "portmap", "ptp"]],
  ["talos", ["bridge", "firewall", "flannel", "host-local", "loopback", "portmap"]],
])("%s brings these plugins and no others", (id, plugins) => {
  expect(distributionOf(id)?.plugins.flatMap(({ value }): readonly string[] => value)).toEqual(plugins);
});

test("Multus is there already, or was chosen, on exactly these", () => {
  const where = (is: string) =>
    distributions.flatMap(({ id, multus }) => (multus.value.is === is ? [id] : [])).toSorted();
  expect(where("always")).toEqual(["harvester", "openshift"]);
  expect(where("option")).toEqual(["bottlerocket", "eks", "microk8s", "microshift", "rke2"]);
});

// The keys of a literal are its type's.
const kindNames = Object.keys(nodeKinds) as readonly NodeKind[];

const kinds = [
  ["standard", "kubeadm", "all"],
  ["k3s", "k3s", "since 2024-10"],
  ["k3s-before-2024-10", "k3s", "before 2024-10"],
  ["rke2", "rke2", "all"],
] as const;

test("every kind of nodes that has a manifest is below", () => {
  expect(kinds.map(([name]): NodeKind => name).toSorted()).toEqual([...kindNames].toSorted());
});

test.each([...kinds])("what is deployed to %s goes where that has it", (name, id, layoutName) => {
  const { cniConfDir, cniBinDir, kubeletDir, criSocket, primary }: NodeTraits = nodeKinds[name];
  const distribution = distributionOf(id);
  const layout = distribution && layoutsOf(distribution).find((one) => one.name === layoutName);
  const paths = layout?.paths;
  const told: Readonly<Record<string, string | undefined>> = {
    cniConfDir: paths?.cniConfDir?.value,
    cniBinDir: paths?.cniBinDir?.value,
    kubeletDir: paths?.kubeletDir?.value,
    criSocket: paths?.criSocket?.value,
  };
  expect(told).toEqual({ cniConfDir, cniBinDir, kubeletDir, criSocket });
  if (primary !== undefined) expect<unknown>(layout?.primary?.value).toMatchObject(primary);
});
