// SPDX-License-Identifier: Apache-2.0

/** Where a containerd of a test keeps its things; absolute paths. */
export interface ContainerdPaths {
  readonly root: string;
  readonly state: string;
  readonly socket: string;
  readonly cniConfDir: string;
  readonly cniBinDir: string;
}

/**
 * The configuration file (version 2, containerd 1.6 and 1.7) of a containerd that touches nothing outside
 * `paths`.
 */
export function containerdConfig(paths: ContainerdPaths, sandboxImage: string): string {
  const text = (value: string) => JSON.stringify(value);
  return `version = 2
root = ${text(paths.root)}
state = ${text(paths.state)}
temp = ${text(`${paths.root}/temp`)}
# Snapshotters that look at the disk first, and a folder outside of root.
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.overlayfs",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.internal.v1.opt",
]

[grpc]
  address = ${text(paths.socket)}

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(sandboxImage)}
  # Without CAP_SYS_RESOURCE nobody may lower an oom_score_adj, and a sandbox' is below zero.
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "127.0.0.1"

[plugins."io.containerd.grpc.v1.cri".containerd]
  # Copies: an overlay does not mount on top of another one, which a CI machine's disk may be.
  snapshotter = "native"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = ${text(paths.cniBinDir)}
  conf_dir = ${text(paths.cniConfDir)}
  max_conf_num = 1
`;
}
