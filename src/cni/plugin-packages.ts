// SPDX-License-Identifier: Apache-2.0

/** Where well-known plugins come from. */
const packages: readonly { readonly plugins: readonly string[]; readonly wayOut: string }[] = [
  {
    plugins: [
      ...["bandwidth", "bridge", "dhcp", "dummy", "firewall", "host-device", "host-local", "ipvlan"],
      ...["loopback", "macvlan", "portmap", "ptp", "sbr", "static", "tap", "tuning", "vlan", "vrf"],
    ],
    wayOut: "install Debian's containernetworking-plugins or a release of containernetworking/plugins",
  },
  { plugins: ["whereabouts"], wayOut: "install k8snetworkplumbingwg/whereabouts" },
  { plugins: ["sriov"], wayOut: "install k8snetworkplumbingwg/sriov-cni" },
  { plugins: ["ib-sriov"], wayOut: "install k8snetworkplumbingwg/ib-sriov-cni" },
  { plugins: ["rdma"], wayOut: "install k8snetworkplumbingwg/rdma-cni" },
  { plugins: ["ovs"], wayOut: "install k8snetworkplumbingwg/ovs-cni" },
  { plugins: ["bond"], wayOut: "install k8snetworkplumbingwg/bond-cni" },
  { plugins: ["flannel"], wayOut: "install flannel-io/cni-plugin" },
  { plugins: ["calico", "calico-ipam"], wayOut: "Calico brings it: see that its pod runs on this node" },
  { plugins: ["cilium-cni"], wayOut: "Cilium brings it: see that its agent runs on this node" },
  {
    plugins: ["ovn-k8s-cni-overlay"],
    wayOut: "OVN-Kubernetes brings it: see that its pod runs on this node",
  },
  { plugins: ["kube-ovn"], wayOut: "Kube-OVN brings it: see that its pod runs on this node" },
];

/** What to do about a plugin that is not installed. */
export function howToGetPlugin(plugin: string): string {
  const known = packages.find(({ plugins }) => plugins.includes(plugin));
  return known?.wayOut ?? `install "${plugin}" there, or correct the "type" in the network's configuration`;
}
