// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import {
  distributions,
  type Hints,
  type HostHints,
  type NodeHints,
  pathsToLookFor,
  recognise,
} from "./index.ts";
import type { Sign } from "./sign.ts";

const there = (...paths: readonly string[]): HostHints["there"] =>
  Object.fromEntries([
    ...pathsToLookFor().map((path) => [path, false]),
    ...paths.map((path) => [path, true]),
  ]);

function told(hints: Hints): string {
  const found = recognise(hints);
  if (found.kind === "unknown") return "unknown";
  const others = found.others.map(({ distribution }) => distribution.id);
  return [`${found.distribution.id} ${found.version ?? ""}`.trim(), ...others].join(" + ");
}

const plain: NodeHints = {
  labels: { "kubernetes.io/os": "linux" },
  annotations: { "node.alpha.kubernetes.io/ttl": "0" },
  kubeletVersion: "v1.33.1",
  osImage: "Debian GNU/Linux 12 (bookworm)",
  runtimeVersion: "containerd://2.1.9",
  apiGroups: ["apps"],
  hasControlPlane: true,
};

describe("by the API", () => {
  const rows: readonly (readonly [string, NodeHints])[] = [
    ["unknown", {}],
    [
      "k3s v1.31.2+k3s1",
      { annotations: { "k3s.io/node-args": '["server"]' }, kubeletVersion: "v1.31.2+k3s1" },
    ],
    ["k3s v1.33.1", { providerId: "k3s://n1" }],
    ["k3s v1.33.1", { labels: { "node.kubernetes.io/instance-type": "k3s" } }],
    ["unknown", { labels: { "node.kubernetes.io/instance-type": "t3.large" } }],
    ["rke2 v1.31.6+rke2r1", { annotations: { "rke2.io/node-args": "[]" }, kubeletVersion: "v1.31.6+rke2r1" }],
    ["harvester v1.4.0 + rke2", { annotations: { "rke2.io/node-args": "[]" }, osImage: "Harvester v1.4.0" }],
    ["microk8s v1.33.1", { labels: { "microk8s.io/cluster": "true" } }],
    ["unknown", { labels: { "microk8s.io/cluster": "false" } }],
    ["k0s v1.31.1+k0s", { kubeletVersion: "v1.31.1+k0s" }],
    ["k0s v1.33.1", { labels: { "node.k0sproject.io/role": "control-plane" } }],
    ["talos v1.9.1", { osImage: "Talos (v1.9.1)" }],
    ["minikube v1.33.1", { labels: { "minikube.k8s.io/version": "v1.35.0" } }],
    ["kind v1.33.1", { providerId: "kind://docker/kind/kind-control-plane" }],
    [
      "bottlerocket 1.26.1 + eks",
      {
        osImage: "Bottlerocket OS 1.26.1 (aws-k8s-1.31)",
        providerId: "aws:///a/i-1",
        hasControlPlane: false,
      },
    ],
    ["eks v1.31.2-eks-7f9249a", { kubeletVersion: "v1.31.2-eks-7f9249a" }],
    ["eks v1.33.1", { providerId: "aws:///eu-central-1a/i-1", hasControlPlane: false }],
    ["unknown", { providerId: "aws:///eu-central-1a/i-1" }],
    ["gke v1.33.1", { providerId: "gce://p/z/n", labels: { "cloud.google.com/gke-nodepool": "a" } }],
    ["unknown", { providerId: "gce://p/z/n" }],
    ["aks v1.33.1", { labels: { "kubernetes.azure.com/role": "agent" } }],
    ["openshift + crio", { apiGroups: ["apps", "apps.openshift.io"], runtimeVersion: "cri-o://1.31.4" }],
    ["openshift", { labels: { "node.openshift.io/os_id": "rhcos" } }],
    ["flatcar 4230.2.0", { osImage: "Flatcar Container Linux by Kinvolk 4230.2.0 (Oklo)" }],
    ["crio", { runtimeVersion: "cri-o://1.31.4" }],
    ["debian-containerd", { runtimeVersion: "containerd://1.6.20~ds1" }],
    [
      "debian-containerd + kubeadm",
      {
        runtimeVersion: "containerd://1.6.20~ds1",
        annotations: { "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///x" },
      },
    ],
    ["kubeadm v1.33.1", { annotations: { "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///x" } }],
  ];
  test.each([...rows])("%s: %#", (expected, node) => {
    expect(told({ node: { ...plain, ...node } })).toBe(expected);
  });
});

describe("on the host", () => {
  const osRelease = { ID: "debian", VERSION_ID: "12", PRETTY_NAME: "Debian GNU/Linux 12 (bookworm)" };
  const host = (paths: readonly string[], more: Partial<HostHints> = {}): Hints => ({
    host: { there: there(...paths), osRelease, version: "v1.33.1", ...more },
  });
  const rows: readonly (readonly [string, Hints])[] = [
    ["unknown", host([])],
    ["k3s v1.33.1", host(["/etc/rancher/k3s"])],
    ["rke2 v1.33.1", host(["/var/lib/rancher/rke2"])],
    ["rke2 v1.33.1 + k3s", host(["/var/lib/rancher/rke2", "/var/lib/rancher/k3s"])],
    [
      "harvester v1.4.0 + rke2",
      host(["/etc/rancher/rke2"], { osRelease: { PRETTY_NAME: "Harvester v1.4.0" } }),
    ],
    ["microk8s v1.33.1", host(["/var/snap/microk8s"])],
    ["k0s v1.33.1", host(["/run/k0s"])],
    ["talos v1.14.0", host([], { osRelease: { ID: "talos", PRETTY_NAME: "Talos (v1.14.0)" } })],
    ["kind v1.33.1 + kubeadm", host(["/kind", "/etc/kubernetes/kubelet.conf"])],
    ["minikube v1.33.1 + kubeadm", host(["/var/lib/minikube", "/etc/kubernetes/admin.conf"])],
    ["microshift + crio", host(["/var/lib/microshift", "/etc/crio"])],
    ["openshift + crio", host(["/etc/crio", "/etc/crio/crio.conf.d/00-default", "/var/lib/cni/bin"])],
    ["crio", host(["/etc/crio", "/etc/crio/crio.conf.d/00-default"])],
    ["eks v1.33.1", host(["/etc/eks"])],
    ["bottlerocket 1.20.0", host([], { osRelease: { ID: "bottlerocket", VERSION_ID: "1.20.0" } })],
    ["gke v1.33.1", host(["/home/kubernetes/bin"])],
    ["k3s v1.33.1 + nixos", host(["/etc/rancher/k3s"], { osRelease: { ID: "nixos", VERSION_ID: "25.05" } })],
    ["nixos 25.05", host([], { osRelease: { ID: "nixos", VERSION_ID: "25.05", PRETTY_NAME: "NixOS" } })],
    [
      "flatcar 4230.2.0 + kubeadm",
      host(["/etc/kubernetes/kubelet.conf"], { osRelease: { ID: "flatcar", VERSION_ID: "4230.2.0" } }),
    ],
    [
      "debian-containerd + kubeadm",
      host(["/var/lib/dpkg/info/containerd.list", "/etc/kubernetes/kubelet.conf"]),
    ],
    ["kubeadm v1.33.1", host(["/etc/kubernetes/kubelet.conf"])],
  ];
  test.each([...rows])("%s: %#", (expected, hints) => {
    expect(told(hints)).toBe(expected);
  });
});

test("what was not looked at is no sign, and why is told in words", () => {
  expect(recognise({})).toMatchObject({ kind: "unknown" });
  expect(recognise({ host: { there: {} } })).toMatchObject({ kind: "unknown" });
  expect(
    recognise({ node: { providerId: "gce://a", labels: { "cloud.google.com/gke-nodepool": "p" } } }),
  ).toMatchObject({
    why: ['providerID begins with "gce://" and label cloud.google.com/gke-nodepool'],
    version: undefined,
  });
});

/** Hints in which exactly this sign is seen. */
function hintsOf(sign: Sign): Hints {
  switch (sign.kind) {
    case "path":
      return { host: { there: { [sign.path]: true } } };
    case "os-release":
      return { host: { there: {}, osRelease: { [sign.key]: sign.begins } } };
    case "label":
      return { node: { labels: { [sign.label]: sign.is ?? "" } } };
    case "annotation":
      return { node: { annotations: { [sign.annotation]: "" } } };
    case "providerID":
      return { node: { providerId: sign.begins } };
    case "kubelet version":
      return { node: { kubeletVersion: `v1.2.3${sign.has}` } };
    case "OS image":
      return { node: { osImage: `${sign.begins}1.2.3` } };
    case "runtime version":
      return { node: { runtimeVersion: `${sign.begins}1${sign.has ?? ""}` } };
    case "API group":
      return { node: { apiGroups: [sign.group] } };
    case "no control plane":
      return { node: { hasControlPlane: false } };
  }
}

function hintsFor(signs: readonly Sign[]): Hints {
  const all = signs.map(hintsOf);
  const there = Object.assign({}, ...all.map(({ host }) => host?.there));
  return {
    host: Object.assign({}, ...all.map(({ host }) => host), { there }),
    node: Object.assign({}, ...all.map(({ node }) => node)),
  };
}

test("each statement alone is enough for its distribution, and for no other", () => {
  for (const { id, signs } of distributions) {
    for (const { value } of signs) {
      const found = recognise(hintsFor(value));
      const ids = found.kind === "unknown" ? [] : [found, ...found.others].map((one) => one.distribution.id);
      expect({ value, ids }).toEqual({ value, ids: [id] });
    }
  }
});
