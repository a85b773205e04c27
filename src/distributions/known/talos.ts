// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { heard, inferred, read } from "../statement.ts";

const constants = "talos: pkg/machinery/constants/constants.go@v1.6.0, v1.10.0, HEAD";
const guide = "siderolabs/docs: public/kubernetes-guides/cni/multus.mdx@5debdd92";

/** An operating system that is Kubernetes and nothing else: no shell, no packages. */
export const talos = defineDistribution({
  id: "talos",
  title: "Talos",
  seen: "talos ad882317 of 2026-08-21 (v1.14.0-rc.1), siderolabs/docs 5debdd92",
  signs: [
    read([{ kind: "OS image", begins: "Talos (" }], "talos: OSReleaseTemplate"),
    read([{ kind: "os-release", key: "ID", begins: "talos" }], "talos: OSReleaseTemplate"),
  ],
  version: "operating system",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", constants),
        cniBinDir: read("/opt/cni/bin", constants),
        runtimeConfig: read(
          "/etc/cri/containerd.toml",
          "talos: hack/cri-containerd.toml@v1.7.0, v1.10.0, HEAD",
        ),
        criSocket: read("/run/containerd/containerd.sock", constants),
        kubeletDir: read("/var/lib/kubelet", "talos: services/kubelet.go"),
      },
      primary: read(
        { file: "10-flannel.conflist", name: "cbr0", type: "flannel" },
        {
          in: "talos: k8stemplates/flannel.go",
          versions: "HEAD",
        },
      ),
    },
  ],
  folders: [
    read(
      { path: "/etc/cni", trait: "volatile", note: "a tmpfs on a read-only /etc: empty after each reboot" },
      { in: "talos: runtime/v1alpha2/etc_overlay.go, f146c6a18", versions: "since 1.14" },
    ),
    read(
      { path: "/etc/cni", trait: "persistent", note: "an overlay" },
      { in: constants, versions: "up to 1.13" },
    ),
    inferred(
      { path: "/opt", trait: "persistent", note: "an overlay, kept on the partition EPHEMERAL" },
      "talos: Dockerfile, constants.go",
    ),
    inferred({ path: "/usr", trait: "read-only", note: "part of the image" }, "talos: Dockerfile"),
  ],
  plugins: [
    read(["bridge", "firewall", "flannel", "host-local", "loopback", "portmap"], {
      in: "talos: Dockerfile@v1.8.0, v1.12.0, v1.13.0, HEAD",
      versions: "since 1.8",
    }),
  ],
  multus: read({ is: "never", how: "a guide tells how to apply upstream's thick manifest" }, guide),
  notes: [
    read("thick: mount /run/netns at /var/run/netns, otherwise no network namespace is found", guide),
    read("thick: 50Mi are not enough, the primary's plugin is killed; 150Mi are advised", guide),
    read(
      "macvlan, ipvlan, vlan and the like have to be brought; ghcr.io/siderolabs/install-cni is deprecated",
      guide,
    ),
    read(
      "admission enforces baseline: the namespace of privileged pods needs a label",
      "talos: admission_control.go",
    ),
    inferred("no service manager to call and no shell: a host is changed by pods or talosctl only", "talos"),
    read("/, /var, /etc/cni and /run are shared mounts", "talos: v1alpha1_sequencer_tasks.go"),
    heard("ten of the usual plugins are missing", "cozystack#3195"),
  ],
});
