// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { heard, inferred, read } from "../statement.ts";

const netd = "netd: netd.yaml, scripts/install-cni.sh";

/** Google's Kubernetes. */
export const gke = defineDistribution({
  id: "gke",
  title: "GKE",
  seen: "netd of 2026-04-02; the rest from texts of others",
  signs: [
    read(
      [
        { kind: "providerID", begins: "gce://" },
        { kind: "label", label: "cloud.google.com/gke-nodepool" },
      ],
      "troubleshoot: distribution.go",
    ),
    read([{ kind: "path", path: "/home/kubernetes/bin" }], netd),
  ],
  version: "kubelet",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", netd),
        cniBinDir: read("/home/kubernetes/bin", netd),
        runtimeConfig: inferred("/etc/containerd/config.toml", "containerd's default"),
        criSocket: inferred("/run/containerd/containerd.sock", "containerd's default"),
        kubeletDir: inferred("/var/lib/kubelet", "the kubelet's default"),
      },
      primary: read({ file: "10-gke-ptp.conflist" }, netd),
    },
  ],
  units: inferred(["containerd.service", "kubelet.service"], "the usual names"),
  folders: [
    inferred(
      {
        path: "/etc/cni/net.d",
        trait: "replaced",
        note: "the provider writes its configuration anew with each image",
      },
      netd,
    ),
  ],
  plugins: [],
  multus: read(
    {
      is: "never",
      how: "Google has several networks of its own: Network and GKENetworkParamSet, with Dataplane V2",
    },
    "docs.cloud.google.com: multi-network, GKE 1.28 and later",
  ),
  notes: [
    heard(
      "containerd's bin_dir is bin below KUBE_HOME, which is /home/kubernetes",
      "copies of configure-helper",
    ),
    inferred("an installer that mounts /opt/cni/bin is useless there", netd),
    read(
      "pods that are system-node-critical need kube-system or a ResourceQuota",
      "istio.io: platform-setup",
    ),
    inferred("no admin kubeconfig on the host", "docs.cloud.google.com"),
  ],
});
