// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { inferred, read } from "../statement.ts";

const image = "kind: images/base/Dockerfile, files/etc/containerd/config.toml, fed26882";

/** Kubernetes in containers, for tests. */
export const kind = defineDistribution({
  id: "kind",
  title: "kind",
  seen: "kind fed26882 of 2026-08-21",
  signs: [
    read([{ kind: "providerID", begins: "kind://" }], "kind: kubeadm/config.go"),
    read([{ kind: "path", path: "/kind" }], "kind: images/base/files/kind"),
  ],
  version: "kubelet",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", image),
        cniBinDir: read("/opt/cni/bin", image),
        runtimeConfig: read("/etc/containerd/config.toml", image),
        criSocket: read("/run/containerd/containerd.sock", image),
        kubeletDir: inferred("/var/lib/kubelet", image),
        adminKubeconfig: read("/etc/kubernetes/admin.conf", "kind: it uses kubeadm"),
      },
      primary: read(
        { file: "10-kindnet.conflist", name: "kindnet", type: "ptp" },
        "kind: images/kindnetd/cmd/kindnetd/cni.go",
      ),
    },
  ],
  units: inferred(["containerd.service", "kubelet.service"], "kind: images/base/files/etc/systemd"),
  folders: [],
  plugins: [read(["host-local", "loopback", "portmap", "ptp"], image)],
  multus: read({ is: "never", how: "for tests, brings kindnet only" }, image),
  notes: [
    read("paths are those of the node's container, not of the machine that runs it", image),
    read("neither bridge nor macvlan is there: bring what networks name", image),
    read(
      "its entrypoint makes / shared, so Bidirectional mounts work",
      "kind: files/usr/local/bin/entrypoint",
    ),
    read("kindnet's configuration is of CNI 0.3.1", "kind: images/kindnetd/cmd/kindnetd/cni.go"),
  ],
});
