// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { heard, inferred, read } from "../statement.ts";

const runtime = "k0s: docs/runtime.md@0e245d0e";
const router = "k0s: manifests of kube-router, constant.go@0004f235";

/** Kubernetes as one executable, of Mirantis. */
export const k0s = defineDistribution({
  id: "k0s",
  title: "k0s",
  seen: "k0s, single files and docs.k0sproject.io, about 1.31",
  signs: [
    read([{ kind: "label", label: "node.k0sproject.io/role" }], "k0s: pkg/constant/constant.go"),
    read([{ kind: "kubelet version", has: "+k0s" }], runtime),
    inferred([{ kind: "path", path: "/etc/k0s" }], runtime),
    inferred([{ kind: "path", path: "/run/k0s" }], runtime),
    inferred([{ kind: "path", path: "/var/lib/k0s" }], runtime),
  ],
  version: "kubelet",
  dataDir: { default: "/var/lib/k0s", names: ["--data-dir"] },
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", router),
        cniBinDir: read("/opt/cni/bin", router),
        runtimeConfig: read("/etc/k0s/containerd.toml", runtime),
        criSocket: read("/run/k0s/containerd.sock", runtime),
        kubeletDir: read("{dataDir}/kubelet", "docs.k0sproject.io: directories; --kubelet-root-dir moves it"),
      },
      primary: read({ file: "10-kuberouter.conflist", name: "mynet", type: "bridge" }, router),
    },
  ],
  units: inferred(["k0scontroller.service", "k0sworker.service"], "docs.k0sproject.io: install"),
  folders: [
    read(
      {
        path: "/etc/cni/net.d",
        trait: "emptied",
        note: "where 10-kuberouter.conflist is missing, kube-router removes every *.conf, a 00-multus.conf as well",
      },
      router,
    ),
  ],
  plugins: [],
  multus: read(
    {
      is: "never",
      how: "Mirantis' MKE 4k, built on it, has network.multus.enabled",
      daemonSet: "kube-multus-ds",
    },
    "docs.mirantis.com: mke4k",
  ),
  notes: [
    inferred(
      "the thick DaemonSet's mount of /var/lib/kubelet does not fit: devices are not found",
      "docs.k0sproject.io: directories",
    ),
    read("drop-ins in /etc/k0s/containerd.d are merged into /run/k0s/containerd-cri.toml", {
      in: runtime,
      versions: "since 1.27.1",
    }),
    read("no admin kubeconfig on the host: k0s kubeconfig admin", "docs.k0sproject.io"),
    heard("the usual plugins are not complete any more", "deepsquare-io/ClusterFactory#21 of 2022"),
    inferred("k0s reset leaves the files of Multus", "k0s: pkg/cleanup/cni.go"),
    read("its network cannot be changed after the first start", "k0s: docs/networking.md@06cd5066"),
  ],
});
