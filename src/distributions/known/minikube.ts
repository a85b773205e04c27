// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { heard, inferred, read } from "../statement.ts";

const bridge = "minikube: pkg/minikube/cni/bridge.go@0673d13a";
const choice = "minikube: pkg/minikube/cni/cni.go@04ff6e7d";

/** Kubernetes on one's own machine, in a VM or a container. */
export const minikube = defineDistribution({
  id: "minikube",
  title: "minikube",
  seen: "minikube, single files, not the newest",
  signs: [
    read([{ kind: "label", label: "minikube.k8s.io/version" }], "troubleshoot: distribution.go"),
    inferred([{ kind: "path", path: "/var/lib/minikube" }], "minikube: vmpath.GuestPersistentDir"),
  ],
  version: "kubelet",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", bridge),
        cniBinDir: heard("/opt/cni/bin", "public texts"),
        adminKubeconfig: inferred("/var/lib/minikube/kubeconfig", "minikube: vmpath.GuestPersistentDir"),
      },
      primary: read({ file: "1-k8s.conflist", name: "bridge" }, `${bridge}; or kindnet's`),
    },
  ],
  folders: [],
  plugins: [],
  multus: inferred({ is: "never", how: "not among its networks" }, choice),
  notes: [
    read("configuration and socket are those of the runtime that was chosen", choice),
    read("1-k8s.conflist sorts after 00-multus", bridge),
    read(
      "kindnet with the driver docker or podman and another runtime than docker, or with several nodes; else bridge",
      choice,
    ),
    read(
      "with the runtime docker network namespaces are in /var/run/docker/netns",
      "istio: manifests/helm-profiles/platform-minikube.yaml",
    ),
  ],
});
