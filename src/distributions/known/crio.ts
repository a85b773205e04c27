// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { heard, inferred, read } from "../statement.ts";

const page = "cri-o: docs/crio.conf.5.md@00231775, contrib/cni/README.md";

/** A runtime, by itself or below kubeadm; OpenShift and MicroShift have rows of their own. */
export const crio = defineDistribution({
  id: "crio",
  title: "plain CRI-O",
  seen: "cri-o, single files of main and of 00231775, which is old",
  signs: [
    inferred([{ kind: "runtime version", begins: "cri-o://" }], "kubernetes: containerRuntimeVersion"),
    read([{ kind: "path", path: "/etc/crio" }], page),
    read([{ kind: "path", path: "/var/run/crio/crio.sock" }], "kubernetes.io: install-kubeadm@0135d364"),
  ],
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/cni/net.d", page),
        cniBinDir: read("/opt/cni/bin", page),
        runtimeConfig: read(
          "/etc/crio/crio.conf",
          "cri-o: contrib/cni/README.md; then /etc/crio/crio.conf.d",
        ),
        criSocket: read("/var/run/crio/crio.sock", "kubernetes.io: install-kubeadm@0135d364"),
      },
      primary: read(
        { file: "11-crio-ipv4-bridge.conflist" },
        "cri-o: contrib/cni, an example; or 10-crio-bridge.conflist",
      ),
    },
  ],
  units: inferred(["crio.service"], "names in packages of CRI-O"),
  folders: [],
  plugins: [],
  multus: read({ is: "never", how: "a runtime, not a Kubernetes" }, page),
  notes: [
    read(
      "with cni_default_network it takes the network of that name, otherwise the first file",
      "cri-o: docs/crio.conf.5.md@00231775",
    ),
    heard(
      "old builds of Fedora have /usr/libexec/cni as the folder of plugins",
      "cri-o#3823, multus#255, #1090",
    ),
    heard("a list of folders of plugins (plugin_dirs) since 1.14, plugin_dir before", "docs.redhat.com 3.11"),
    read(
      "upstream's multus-daemonset-crio.yml mounts /usr/libexec/cni and starts an entrypoint that current images lack",
      "multus: deployments/multus-daemonset-crio.yml",
    ),
  ],
});
