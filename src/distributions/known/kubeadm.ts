// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { heard, inferred, read } from "../statement.ts";

const containerd = "containerd: internal/cri/config/config_unix.go@v2.0.0 to v2.2.0, pkg/cri/config@v1.7.20";

/** Plain Kubernetes by kubeadm, or by hand, on a containerd with its defaults. */
export const kubeadm = defineDistribution({
  id: "kubeadm",
  title: "kubeadm, plain containerd",
  seen: "containerd 301026e5 of 2026-08-22, kubernetes.io",
  signs: [
    inferred(
      [{ kind: "annotation", annotation: "kubeadm.alpha.kubernetes.io/cri-socket" }],
      "kubernetes: cmd/kubeadm/app/phases/patchnode; to be left out one day (enhancements#3930)",
    ),
    read([{ kind: "path", path: "/etc/kubernetes/kubelet.conf" }], "kubernetes.io: kubeadm"),
    read([{ kind: "path", path: "/etc/kubernetes/admin.conf" }], "kubernetes.io: kubeadm"),
  ],
  version: "kubelet",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", containerd),
        cniBinDir: read("/opt/cni/bin", containerd),
        runtimeConfig: read("/etc/containerd/config.toml", "containerd: defaults/defaults_unix.go"),
        criSocket: read("/run/containerd/containerd.sock", "containerd: defaults/defaults_linux.go"),
        kubeletDir: read("/var/lib/kubelet", "kubernetes.io: kubeadm"),
        adminKubeconfig: read(
          "/etc/kubernetes/admin.conf",
          "kubernetes.io: kubeadm; super-admin.conf since 1.29",
        ),
      },
    },
  ],
  units: inferred(["containerd.service", "kubelet.service"], "kubernetes.io: install-kubeadm"),
  folders: [
    heard(
      {
        path: "/opt/cni/bin",
        trait: "replaced",
        note: "an upgrade of the package kubernetes-cni puts its own plugins there",
      },
      "flannel#1721",
    ),
  ],
  plugins: [],
  multus: inferred({ is: "never", how: "brings no network at all" }, "kubernetes.io: kubeadm"),
  notes: [
    read(
      "drop-ins /etc/containerd/conf.d/*.toml are part of containerd's default configuration since 2.2",
      "containerd: defaults/defaults_unix.go, 9ca659a53",
    ),
    read(
      "bin_dirs since containerd 2.1, where bin_dir is deprecated; both together are refused",
      "containerd: internal/cri/config/config.go, RELEASES.md",
    ),
    read(
      "containerd stops watching its folder of configurations when the folder itself is removed: start it anew",
      "containerd: internal/cri/server/cni_conf_syncer.go",
    ),
    read(
      "--cni-bin-dir and --cni-conf-dir of the kubelet were for dockershim: the runtime's configuration counts",
      "k3s#3037",
    ),
  ],
});
