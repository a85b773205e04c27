// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { inferred, read } from "../statement.ts";

const baker = "AgentBaker: copies of its templates";
const names = "Azure/AKS#4349, azure-container-networking#2779, kuma#10442";

/** Microsoft's Kubernetes. */
export const aks = defineDistribution({
  id: "aks",
  title: "AKS",
  seen: "AgentBaker's templates in copies, issues up to 2024",
  signs: [
    read([{ kind: "label", label: "kubernetes.azure.com/role" }], "troubleshoot: distribution.go"),
    inferred([{ kind: "label", label: "kubernetes.azure.com/cluster" }], "troubleshoot: distribution.go"),
  ],
  version: "kubelet",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", baker),
        cniBinDir: read("/opt/cni/bin", baker),
        runtimeConfig: read("/etc/containerd/config.toml", baker),
        criSocket: inferred("/run/containerd/containerd.sock", "containerd's default"),
        kubeletDir: inferred("/var/lib/kubelet", "the kubelet's default"),
      },
      primary: read({ file: "10-azure.conflist" }, `${names}; or 15-azure-swift.conflist and the like`),
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
      names,
    ),
  ],
  plugins: [],
  multus: inferred({ is: "never", how: "nothing was read of one" }, baker),
  notes: [
    read(
      "the name of the primary's file is not promised: it varies by version, image and network mode",
      names,
    ),
    read("the [...cni] table is written for kubenet only, otherwise containerd's defaults hold", baker),
    inferred("no admin kubeconfig on the host: az aks get-credentials", "learn.microsoft.com"),
  ],
});
