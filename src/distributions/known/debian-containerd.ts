// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { heard, inferred, read } from "../statement.ts";

const deb = {
  in: "Debian's package containerd, opened",
  versions: "1.6.20~ds1-1+deb12u3, bookworm",
} as const;
const plugins = {
  in: "Debian's package containernetworking-plugins, opened",
  versions: "1.1.1+ds1-3, bookworm",
} as const;

/** Debian's own package of containerd, which keeps plugins elsewhere. */
export const debianContainerd = defineDistribution({
  id: "debian-containerd",
  title: "Debian's containerd",
  seen: "bookworm's packages containerd 1.6.20~ds1 and containernetworking-plugins 1.1.1+ds1",
  signs: [
    read([{ kind: "path", path: "/var/lib/dpkg/info/containerd.list" }], deb),
    inferred([{ kind: "runtime version", begins: "containerd://", has: "~ds" }], deb),
  ],
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", deb),
        cniBinDir: read("/usr/lib/cni", deb),
        runtimeConfig: read("/etc/containerd/config.toml", deb),
        criSocket: read("/run/containerd/containerd.sock", "containerd: defaults/defaults_linux.go"),
      },
    },
  ],
  units: read(["containerd.service"], deb),
  folders: [
    read(
      { path: "/usr/lib/cni", trait: "replaced", note: "belongs to the package containernetworking-plugins" },
      plugins,
    ),
  ],
  plugins: [
    read(
      [
        "bandwidth",
        "bridge",
        "dhcp",
        "firewall",
        "host-device",
        "host-local",
        "ipvlan",
        "loopback",
        "macvlan",
        "portmap",
        "ptp",
        "sbr",
        "static",
        "tuning",
        "vlan",
        "vrf",
      ],
      plugins,
    ),
  ],
  multus: read({ is: "never", how: "a runtime, not a Kubernetes" }, deb),
  notes: [
    heard(
      "a network that installs itself in /opt/cni/bin is not found: failed to find plugin in path [/usr/lib/cni]",
      "containerd#6600, multus#1090",
    ),
    heard(
      "Debian trixie, Arch and openSUSE have /usr/lib/cni, too, Fedora /usr/libexec/cni",
      "containerd#6600",
    ),
    read("the package containernetworking-plugins has cni-dhcp.service and cni-dhcp.socket", plugins),
  ],
});
