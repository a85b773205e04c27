// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { inferred, read } from "../statement.ts";

const ami = "amazon-eks-ami: nodeadm/internal/containerd, templates/al2023, 81fec2e8";
const manifests = "amazon-vpc-cni-k8s: config/multus@65b4959d";

/** Amazon's Kubernetes on Amazon Linux 2023. */
export const eks = defineDistribution({
  id: "eks",
  title: "EKS (Amazon Linux 2023)",
  seen: "amazon-eks-ami 81fec2e8 of 2026-07-23",
  signs: [
    read(
      [{ kind: "providerID", begins: "aws://" }, { kind: "no control plane" }],
      "troubleshoot: distribution.go",
    ),
    inferred([{ kind: "kubelet version", has: "-eks-" }], "not looked up"),
    read([{ kind: "path", path: "/etc/eks" }], ami),
  ],
  version: "kubelet",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", ami),
        cniBinDir: read("/opt/cni/bin", ami),
        runtimeConfig: read("/etc/containerd/config.toml", ami),
        criSocket: read("/run/containerd/containerd.sock", ami),
        kubeletDir: inferred("/var/lib/kubelet", "its kubeconfig is /var/lib/kubelet/kubeconfig"),
      },
      primary: read({ file: "10-aws.conflist" }, manifests),
    },
  ],
  units: inferred(["containerd.service", "kubelet.service"], ami),
  folders: [],
  plugins: [],
  multus: read(
    {
      is: "option",
      how: "manifests of AWS, thin up to v3.9.2 and thick since v4.0.2-eksbuild.1; supported with the VPC CNI as primary only",
      daemonSet: "kube-multus-ds",
    },
    `${manifests}, docs.aws.amazon.com: pod-multus`,
  ),
  notes: [
    read("with containerd 2 the configuration is of version 3, with the deprecated key bin_dir", ami),
    read("the service cni-cache-reset clears stale results of CNI at boot with containerd before 2", ami),
    read("tag further interfaces node.k8s.amazonaws.com/no_manage=true", "docs.aws.amazon.com: pod-multus"),
    read(
      "a cluster of one's own on EC2 looks alike when its control plane is not in the list",
      "troubleshoot",
    ),
    inferred("no admin kubeconfig on the host: aws eks update-kubeconfig", "docs.aws.amazon.com"),
  ],
});
