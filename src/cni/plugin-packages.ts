// SPDX-License-Identifier: Apache-2.0

interface PluginPackage {
  /** What it is called in a sentence. */
  readonly name: string;
  readonly plugins: readonly string[];
  /** How to get it. */
  readonly install: string;
}

/** Where well-known plugins come from. */
const packages: readonly PluginPackage[] = [
  {
    name: "the CNI project's reference plugins",
    plugins: [
      ...[
        "bandwidth",
        "bridge",
        "dhcp",
        "dummy",
        "firewall",
        "host-device",
        "host-local",
        "ipvlan",
        "loopback",
      ],
      ...["macvlan", "portmap", "ptp", "sbr", "static", "tap", "tuning", "vlan", "vrf"],
    ],
    install:
      "install the Debian package containernetworking-plugins or a release of containernetworking/plugins",
  },
  { name: "Whereabouts", plugins: ["whereabouts"], install: "install k8snetworkplumbingwg/whereabouts" },
  { name: "SR-IOV CNI", plugins: ["sriov"], install: "install k8snetworkplumbingwg/sriov-cni" },
  {
    name: "InfiniBand SR-IOV CNI",
    plugins: ["ib-sriov"],
    install: "install k8snetworkplumbingwg/ib-sriov-cni",
  },
  { name: "RDMA CNI", plugins: ["rdma"], install: "install k8snetworkplumbingwg/rdma-cni" },
  { name: "Open vSwitch CNI", plugins: ["ovs"], install: "install k8snetworkplumbingwg/ovs-cni" },
  { name: "bond CNI", plugins: ["bond"], install: "install k8snetworkplumbingwg/bond-cni" },
  { name: "Calico", plugins: ["calico", "calico-ipam"], install: "see to it that Calico runs on this node" },
  { name: "Cilium", plugins: ["cilium-cni"], install: "see to it that Cilium runs on this node" },
  { name: "Flannel", plugins: ["flannel"], install: "install flannel-io/cni-plugin" },
  {
    name: "OVN-Kubernetes",
    plugins: ["ovn-k8s-cni-overlay"],
    install: "see to it that OVN-Kubernetes runs on this node",
  },
  {
    name: "KubeVirt's binding plugin",
    plugins: ["cnv-bridge", "cnv-tuning"],
    install: "see to it that KubeVirt's cnv plugins are installed on this node",
  },
];

/** How to get a plugin that is not installed. */
export function howToGetPlugin(plugin: string): string {
  const known = packages.find(({ plugins }) => plugins.includes(plugin));
  if (known === undefined)
    return `install the CNI plugin "${plugin}" there, or correct the "type" in the network's configuration`;
  return `it belongs to ${known.name}: ${known.install}`;
}
