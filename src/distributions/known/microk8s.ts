// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { inferred, read } from "../statement.ts";

const template = "microk8s: microk8s-resources/default-args/containerd-template.toml";
const args = "microk8s: microk8s-resources/default-args";
const hooks = "microk8s: snap/hooks/install, configure";

/** Kubernetes as a snap of Canonical. */
export const microk8s = defineDistribution({
  id: "microk8s",
  title: "MicroK8s",
  seen: "microk8s d099c907 of 2026-06-30, community addons of 2026-05",
  signs: [
    read([{ kind: "label", label: "microk8s.io/cluster", is: "true" }], `${args}/kubelet`),
    read([{ kind: "path", path: "/var/snap/microk8s" }], template),
  ],
  version: "kubelet",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/var/snap/microk8s/current/args/cni-network", template),
        cniBinDir: read("/var/snap/microk8s/current/opt/cni/bin", template),
        runtimeConfig: read("/var/snap/microk8s/current/args/containerd.toml", `${args}/containerd`),
        criSocket: read("/var/snap/microk8s/common/run/containerd.sock", `${args}/containerd`),
        kubeletDir: read("/var/snap/microk8s/common/var/lib/kubelet", `${args}/kubelet`),
        adminKubeconfig: read(
          "/var/snap/microk8s/current/credentials/client.config",
          "microk8s: patches of kubelite; addons' scripts",
        ),
      },
      primary: read({ file: "10-calico.conflist" }, "microk8s; the default with high availability"),
    },
  ],
  units: read(["snap.microk8s.daemon-containerd.service", "snap.microk8s.daemon-kubelite.service"], {
    in: "canonical.com/microk8s/docs: configuring-services",
    versions: "kubelite since 1.21",
  }),
  folders: [
    read(
      {
        path: "/var/snap/microk8s/current",
        trait: "replaced",
        note: "a link to the revision in use; always write paths with `current`",
      },
      template,
    ),
    read(
      {
        path: "/var/snap/microk8s/current/opt/cni/bin",
        trait: "replaced",
        note: "each refresh of the snap links every name that it brings anew",
      },
      "microk8s: snap/hooks/configure",
    ),
  ],
  plugins: [
    read(
      [
        "bandwidth",
        "bridge",
        "dhcp",
        "firewall",
        "flannel",
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
      "microk8s: build-scripts/components/cni/build.sh",
    ),
  ],
  multus: read(
    {
      is: "option",
      how: "`microk8s enable community`, `microk8s enable multus`: thin v3.9, which is old; untested on other than amd64 and with strict confinement",
    },
    "microk8s-community-addons: addons/multus",
  ),
  notes: [
    read(
      "/etc/cni/net.d, /opt/cni/bin and /var/lib/kubelet are links to its own folders where nothing else was there",
      { in: hooks, versions: "since v1.29 for the first two" },
    ),
    inferred(
      "the thick daemon finds no plugin, because they are links into /snap/microk8s/current, which is not in its pod",
      "microk8s: snap/hooks/configure",
    ),
    read("in LXC the addon fails: a mount is not shared", "microk8s-community-addons: tests/test_multus.py"),
    read("cni.yaml in the folder of configurations is a manifest of Kubernetes", "microk8s"),
    read("containerd's configuration is of version 2 with containerd 2.2, too", template),
  ],
});
