// SPDX-License-Identifier: Apache-2.0

// A folder of plugins may be a folder of anything: with k3s' old container image it is /bin, where VERSION
// would run `reboot`. So only a program is asked whose name says that it is a plugin.
const knownPlugins: ReadonlySet<string> = new Set([
  ...["bandwidth", "bridge", "dhcp", "dummy", "firewall", "host-device", "host-local", "ipvlan", "loopback"],
  ...["macvlan", "portmap", "ptp", "sbr", "static", "tap", "tuning", "vlan", "vrf"],
  ...["multus", "multus-shim", "passthru", "flannel", "whereabouts", "bond", "route-override", "macvtap"],
  ...["sriov", "ib-sriov", "rdma", "ovs", "cnv-bridge", "cnv-tuning", "kubevirt-passt-binding"],
  ...["calico", "calico-ipam", "cilium-cni", "antrea", "kube-ovn", "ovn-k8s-cni-overlay", "kuberouter"],
  ...[
    "aws-cni",
    "egress-cni",
    "azure-vnet",
    "azure-vnet-ipam",
    "istio-cni",
    "linkerd-cni",
    "spiderpool",
    "coordinator",
  ],
]);

/**
 * Whether a program may be asked for its versions by running it; `configured` are types in configurations.
 */
export function mayBeAsked(name: string, configured: ReadonlySet<string>): boolean {
  return knownPlugins.has(name) || configured.has(name);
}
