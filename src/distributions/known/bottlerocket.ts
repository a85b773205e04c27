// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { inferred, read } from "../statement.ts";

const kit = {
  in: "bottlerocket-core-kit: packages/release, containerd, cni-plugins",
  versions: "of 2024-10",
} as const;

/** Amazon's operating system for containers; read-only, with SELinux. */
export const bottlerocket = defineDistribution({
  id: "bottlerocket",
  title: "Bottlerocket",
  seen: "bottlerocket-core-kit of 2024-10-24, which is old: containerd 2 came later",
  signs: [
    inferred([{ kind: "OS image", begins: "Bottlerocket OS" }], "nodeInfo.osImage"),
    inferred([{ kind: "os-release", key: "ID", begins: "bottlerocket" }], "os-release"),
  ],
  version: "operating system",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", kit),
        cniBinDir: read("/opt/cni/bin", kit),
        criSocket: read("/run/containerd/containerd.sock", kit),
        kubeletDir: read("/var/lib/kubelet", kit),
      },
      primary: read({ file: "10-aws.conflist" }, "amazon-vpc-cni-k8s: config/multus@65b4959d"),
    },
  ],
  units: inferred(["containerd.service", "kubelet.service"], kit),
  folders: [
    read({ path: "/etc/cni", trait: "volatile", note: "a tmpfs, noexec: empty after each reboot" }, kit),
    read(
      {
        path: "/opt/cni",
        trait: "persistent",
        note: "an overlay over /usr/libexec/cni, kept in /var/lib/cni-plugins; nosuid, with an SELinux label of its own",
      },
      kit,
    ),
    read({ path: "/usr", trait: "read-only", note: "the image; so is the runtime's configuration" }, kit),
  ],
  plugins: [
    read(["bandwidth", "dhcp", "host-device", "ipvlan", "macvlan", "ptp"], {
      in: kit.in,
      versions: "of 2024-10, among others",
    }),
  ],
  multus: read({ is: "option", how: "as on EKS" }, "docs.aws.amazon.com: pod-multus"),
  notes: [
    read("SELinux is always on: an unprivileged container may not relabel in /etc/cni", "bottlerocket#1924"),
    read("/run/dockershim.sock is a link to the socket", kit),
    read("the kubelet's kubeconfig is /etc/kubernetes/kubelet/kubeconfig", kit),
  ],
});
