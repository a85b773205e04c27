// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { heard, inferred, read } from "../statement.ts";

const config = "k3s: pkg/agent/config/config.go@eaaf1f84";
const templates = "k3s: pkg/agent/templates/templates_linux.go@06be48b6, @9977f0e6";
const page = "docs.k3s.io: networking/multus-ipams";

const confDir = read("{dataDir}/agent/etc/cni/net.d", config);
const everywhere = {
  runtimeConfig: read("{dataDir}/agent/etc/containerd/config.toml", "docs.k3s.io: advanced"),
  criSocket: read("/run/k3s/containerd/containerd.sock", "k3s: pkg/agent/config/config_linux.go@eaaf1f84"),
  kubeletDir: read("/var/lib/kubelet", {
    in: "k3s#840",
    versions: "since v0.10.0; rootless: {dataDir}/agent/kubelet",
  }),
  adminKubeconfig: read("/etc/rancher/k3s/k3s.yaml", "docs.k3s.io: cluster-access"),
} as const;
const flannel = read(
  { file: "10-flannel.conflist", name: "cbr0", type: "flannel" },
  "k3s: pkg/agent/flannel/setup_linux.go@638b0c47",
);

/** Releases in which the folder of plugins came to have one name for ever. */
const october2024 = ["v1.28.15", "v1.29.10", "v1.30.6", "v1.31.2"] as const;
/** Releases in which the container image came to have it, too. */
const march2025 = ["v1.29.15", "v1.30.11", "v1.31.7", "v1.32.3"] as const;

/** Lightweight Kubernetes of Rancher, with containerd, flannel and plugins of its own. */
export const k3s = defineDistribution({
  id: "k3s",
  title: "k3s",
  seen: "k3s and docs.k3s.io, single files, up to v1.34 of 2025",
  signs: [
    read([{ kind: "annotation", annotation: "k3s.io/node-args" }], "k3s: pkg/nodeconfig"),
    read([{ kind: "providerID", begins: "k3s://" }], "k3s: pkg/cloudprovider"),
    read(
      [{ kind: "label", label: "node.kubernetes.io/instance-type", is: "k3s" }],
      "k3s: pkg/cloudprovider; only with its own cloud controller and without a label of the user",
    ),
    read([{ kind: "kubelet version", has: "+k3s" }], "troubleshoot: distribution.go"),
    read([{ kind: "path", path: "/etc/rancher/k3s" }], "docs.k3s.io"),
    read([{ kind: "path", path: "/var/lib/rancher/k3s" }], "docs.k3s.io"),
  ],
  version: "kubelet",
  dataDir: { default: "/var/lib/rancher/k3s", names: ["--data-dir", "-d"] },
  layouts: [
    {
      name: "without flannel",
      when: { kind: "argument", names: ["--flannel-backend"], is: "none", saidBy: "server" },
      paths: {
        ...everywhere,
        cniConfDir: read("/etc/cni/net.d", templates),
        cniBinDir: read("/opt/cni/bin", templates),
      },
    },
    {
      name: "container image before 2025-03",
      when: {
        kind: "all",
        of: [
          { kind: "OS image", begins: "K3s" },
          { kind: "not", of: { kind: "since", firsts: march2025 } },
        ],
      },
      paths: { ...everywhere, cniConfDir: confDir, cniBinDir: read("/bin", "k3s#11497, k3d#1572") },
      primary: flannel,
    },
    {
      name: "before 2024-10",
      when: {
        kind: "not",
        of: {
          kind: "first",
          of: [
            { kind: "since", firsts: october2024 },
            { kind: "path", path: "{dataDir}/data/cni" },
          ],
        },
      },
      paths: {
        ...everywhere,
        cniConfDir: confDir,
        cniBinDir: read("{dataDir}/data/current/bin", page),
      },
      primary: flannel,
    },
    {
      name: "since 2024-10",
      when: { kind: "always" },
      paths: { ...everywhere, cniConfDir: confDir, cniBinDir: read("{dataDir}/data/cni", page) },
      primary: flannel,
    },
  ],
  units: read(["k3s.service", "k3s-agent.service"], "docs.k3s.io"),
  folders: [
    read(
      {
        path: "{dataDir}/data/current",
        trait: "replaced",
        note: "a link that every upgrade turns to another folder; what was put into it stays behind in the old one",
      },
      { in: page, versions: "matters before v1.28.15, v1.29.10, v1.30.6, v1.31.2" },
    ),
    heard(
      {
        path: "{dataDir}/data/cni",
        trait: "replaced",
        note: "an upgrade makes its links anew and leaves regular files alone",
      },
      { in: "k3s#10869, k3s#10928", versions: "since v1.28.15, v1.29.10, v1.30.6, v1.31.2" },
    ),
    read(
      {
        path: "{dataDir}/agent/etc/containerd/config.toml",
        trait: "replaced",
        note: "written at each start from config.toml.tmpl or config-v3.toml.tmpl",
      },
      "docs.k3s.io: advanced",
    ),
    read(
      {
        path: "{dataDir}/agent/etc/cni/net.d",
        trait: "replaced",
        note: "10-flannel.conflist is written at each start of the agent",
      },
      "k3s: pkg/agent/flannel/setup_linux.go@638b0c47",
    ),
  ],
  plugins: [
    read(["bandwidth", "bridge", "firewall", "flannel", "host-local", "loopback", "portmap"], {
      in: "rancher/plugins: main_linux.go",
      versions: "v1.5.1-k3s1 to v1.9.1-k3s1; very old ones have neither bandwidth nor firewall",
    }),
  ],
  multus: read(
    { is: "never", how: "its documents name the chart rke2-multus, which is not part of it" },
    page,
  ),
  notes: [
    read(
      "the plugins are absolute links to {dataDir}/data/<hash>/bin/cni, one executable that goes by its name",
      "k3s: cmd/k3s/main.go@5b791c13",
    ),
    heard(
      "the thick daemon finds no plugin there, because the links dangle in its pod: mount {dataDir}/data at its own path, or use thin",
      "ryan4yin/k8s-gitops#10",
    ),
    heard(
      "the chart rke2-multus since v4.2.202 needs multusAutoconfigDir set to the folder of configurations",
      "public values files; the cause was read in rke2-charts: 4ee76d9d, 31c0e742",
    ),
    read("the rendered key is bin_dir, in version 3 as well", {
      in: "k3s#11798, k3d#1572",
      versions: "v1.31.7, v1.32.3 and before",
    }),
    heard("the rendered key is bin_dirs", {
      in: "public configurations",
      versions: "later; since when is not known",
    }),
    read(
      "a config.toml.tmpl that is a copy of a rendered file pins an old folder of plugins",
      "k3s#7999, #5854, #9557",
    ),
    read(
      "with another --data-dir the plugins are those of the default one when the same release is unpacked there",
      "k3s: cmd/k3s/main.go@5b791c13",
    ),
    read("with --docker or another runtime endpoint the socket is that runtime's", config),
    read(
      "whereabouts looks into /etc/cni/net.d only: each of its networks needs ipam.configuration_path",
      page,
    ),
    inferred("the container image, k3d as well, is told by an osImage that begins with K3s", "k3d#1572"),
    inferred(
      "only a server is told --flannel-backend: for an agent ask the runtime's configuration",
      "docs.k3s.io: cli/server",
    ),
    inferred(
      "SELinux: files in data/cni get k3s_data_t, so a plugin put there may be denied",
      "k3s-selinux: policy/centos10/k3s.fc@1bdc2b34",
    ),
  ],
});
