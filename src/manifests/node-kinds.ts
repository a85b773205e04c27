// SPDX-License-Identifier: Apache-2.0

/** What a kind of node is like, as far as the agent has to know; host paths without slash at the end. */
export interface NodeTraits {
  /** For people: which nodes these are. */
  readonly nodes: string;
  /** The container runtime's folder of CNI configurations. */
  readonly cniConfDir: string;
  /** The container runtime's folder of CNI plugins. */
  readonly cniBinDir: string;
  readonly kubeletDir: string;
  /** The container runtime's CRI socket. */
  readonly criSocket: string;
  /** Which network is the primary, where that is known of every such node. */
  readonly primary?: PrimaryTraits;
}

/** How a primary network is known, whatever its file is called. */
export interface PrimaryTraits {
  readonly name: string;
  /** Of its first plugin. */
  readonly type: string;
}

const k3sConfDir = "/var/lib/rancher/k3s/agent/etc/cni/net.d";
const k3sSocket = "/run/k3s/containerd/containerd.sock";
// Its own flannel; without that, k3s has the standard folders.
const k3sPrimary: PrimaryTraits = { name: "cbr0", type: "flannel" };

/** Kinds of nodes by the name that their manifest has. */
export const nodeKinds = {
  standard: {
    nodes: "kubeadm and everything else that keeps containerd's defaults; k3s without its flannel",
    cniConfDir: "/etc/cni/net.d",
    cniBinDir: "/opt/cni/bin",
    kubeletDir: "/var/lib/kubelet",
    criSocket: "/run/containerd/containerd.sock",
  },
  k3s: {
    nodes: "k3s since v1.28.15, v1.29.10, v1.30.6, v1.31.2",
    cniConfDir: k3sConfDir,
    cniBinDir: "/var/lib/rancher/k3s/data/cni",
    kubeletDir: "/var/lib/kubelet",
    criSocket: k3sSocket,
    primary: k3sPrimary,
  },
  "k3s-before-2024-10": {
    nodes:
      "k3s before v1.28.15, v1.29.10, v1.30.6, v1.31.2: delete the agent's pods after every upgrade of k3s",
    cniConfDir: k3sConfDir,
    // A link that every upgrade of k3s turns to another folder.
    cniBinDir: "/var/lib/rancher/k3s/data/current/bin",
    kubeletDir: "/var/lib/kubelet",
    criSocket: k3sSocket,
    primary: k3sPrimary,
  },
  rke2: {
    nodes: "RKE2 whose `cni` does not name multus",
    cniConfDir: "/etc/cni/net.d",
    cniBinDir: "/opt/cni/bin",
    kubeletDir: "/var/lib/kubelet",
    criSocket: k3sSocket,
  },
} as const satisfies Readonly<Record<string, NodeTraits>>;

/** The name of a kind of nodes. */
export type NodeKind = keyof typeof nodeKinds;
