// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { heard, inferred, read } from "../statement.ts";

const page = "rke2-docs: multus_sriov.md";

/** Kubernetes of Rancher for data centres: k3s' machinery with containerd's own folders. */
export const rke2 = defineDistribution({
  id: "rke2",
  title: "RKE2",
  seen: "rke2 6ce1a801 of 2026-08-21, rke2-docs 9477b7b1, rke2-charts 262e21a4",
  signs: [
    read([{ kind: "annotation", annotation: "rke2.io/node-args" }], "troubleshoot: distribution.go"),
    inferred([{ kind: "providerID", begins: "rke2://" }], "k3s: pkg/nodeconfig"),
    inferred(
      [{ kind: "label", label: "node.kubernetes.io/instance-type", is: "rke2" }],
      "k3s: pkg/nodeconfig",
    ),
    read([{ kind: "kubelet version", has: "+rke2" }], "troubleshoot: distribution.go"),
    read([{ kind: "path", path: "/etc/rancher/rke2" }], "rke2-docs"),
    read([{ kind: "path", path: "/var/lib/rancher/rke2" }], "rke2-docs"),
  ],
  version: "kubelet",
  dataDir: { default: "/var/lib/rancher/rke2", names: ["--data-dir", "-d"] },
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read(
          "/etc/cni/net.d",
          "rke2: pkg/cli/defaults/defaults.go, bundle/bin/rke2-uninstall.sh",
        ),
        cniBinDir: read("/opt/cni/bin", "rke2: pkg/cli/defaults/defaults.go, bundle/bin/rke2-uninstall.sh"),
        runtimeConfig: read("{dataDir}/agent/etc/containerd/config.toml", "rke2-docs: advanced.md"),
        criSocket: read("/run/k3s/containerd/containerd.sock", "rke2-docs: cli_tools.md"),
        kubeletDir: read("/var/lib/kubelet", "rke2: bundle/bin/rke2-uninstall.sh"),
        adminKubeconfig: read("/etc/rancher/rke2/rke2.yaml", "rke2-docs: cluster_access.md"),
      },
      primary: read({ file: "10-canal.conflist" }, "rke2-charts: rke2-canal; the default CNI"),
    },
  ],
  units: heard(
    ["rke2-server.service", "rke2-agent.service"],
    "units of openSUSE's packages rke2-1.25 to 1.29",
  ),
  folders: [
    read(
      {
        path: "/opt/cni/bin",
        trait: "emptied",
        note: "rke2-uninstall.sh removes it, /etc/cni and /var/lib/cni",
      },
      "rke2: bundle/bin/rke2-uninstall.sh",
    ),
  ],
  plugins: [],
  multus: read(
    {
      is: "option",
      how: "`cni: [multus, canal]` in /etc/rancher/rke2/config.yaml; tuned by a HelmChartConfig rke2-multus",
      daemonSet: "kube-system/rke2-multus",
    },
    page,
  ),
  notes: [
    read(
      "containerd 2.0 and its configuration of version 3 since v1.31.6, v1.32.2",
      "rke2-docs: advanced.md",
    ),
    inferred("--data-dir moves neither /opt/cni/bin nor /etc/cni", "rke2-docs: server_config.md"),
    read("thick by HelmChartConfig since v1.31.11, v1.32.7, v1.33.3, said to be experimental", page),
    read(
      "Cilium takes other configurations out of the way unless cni.exclusive is false, the default since v1.31.14, v1.32.10, v1.33.6, v1.34.2",
      page,
    ),
    read(
      "its Helm controller may delete and make anew a chart's CRDs, and with them all networks (failurePolicy reinstall)",
      "harvester: package/upgrade/upgrade_manifests.sh",
    ),
    read(
      "SELinux: /opt/cni and /etc/cni are container_file_t, but a folder made later by a hostPath stays usr_t",
      "rke2-selinux: policy/centos9/rke2.fc@0bd4da63, rke2-selinux#83",
    ),
  ],
});
