// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { inferred, read } from "../statement.ts";

const sysext = "flatcar/scripts: sysext/containerd/usr/share/containerd/config.toml, containerd.service";
const containerd = "containerd's default: Flatcar's configuration has no table for CNI";

/** An operating system for containers with a read-only /usr; Kubernetes is put on it by others. */
export const flatcar = defineDistribution({
  id: "flatcar",
  title: "Flatcar",
  seen: "flatcar/scripts of 2026-08-22",
  signs: [
    inferred([{ kind: "os-release", key: "ID", begins: "flatcar" }], "os-release"),
    inferred(
      [{ kind: "OS image", begins: "Flatcar Container Linux" }],
      "flatcar/scripts: build_library/set_lsb_release",
    ),
  ],
  version: "operating system",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", containerd),
        cniBinDir: read("/opt/cni/bin", containerd),
        runtimeConfig: read("/usr/share/containerd/config.toml", sysext),
        criSocket: read("/run/containerd/containerd.sock", sysext),
      },
    },
  ],
  units: read(["containerd.service"], sysext),
  folders: [
    read(
      { path: "/usr", trait: "read-only", note: "the image, and containerd's configuration with it" },
      sysext,
    ),
    read({ path: "/opt", trait: "persistent", note: "writable" }, "kubernetes.io: install-kubeadm"),
  ],
  plugins: [],
  multus: inferred({ is: "never", how: "an operating system, not a Kubernetes" }, sysext),
  notes: [
    inferred(
      "another configuration of containerd needs a drop-in of its unit that sets CONTAINERD_CONFIG",
      sysext,
    ),
    read("enable_selinux is true", sysext),
  ],
});
