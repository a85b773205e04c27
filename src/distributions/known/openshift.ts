// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { inferred, read } from "../statement.ts";

const runtime = "machine-config-operator: templates/*/01-*-container-runtime/_base/files/crio.yaml";
const operator = "cluster-network-operator: pkg/network/multus.go";
const multus = "cluster-network-operator: bindata/network/multus/multus.yaml";

/** Red Hat's Kubernetes, with CRI-O and a Multus of its own. */
export const openshift = defineDistribution({
  id: "openshift",
  title: "OpenShift 4",
  seen: "cluster-network-operator and machine-config-operator of 2026-08-20",
  signs: [
    read([{ kind: "API group", group: "apps.openshift.io" }], "troubleshoot: distribution.go"),
    inferred([{ kind: "API group", group: "operator.openshift.io" }], "troubleshoot: distribution.go"),
    read(
      [{ kind: "label", label: "node.openshift.io/os_id" }],
      "machine-config-operator: kubelet.service.yaml",
    ),
    read(
      [
        { kind: "path", path: "/etc/crio/crio.conf.d/00-default" },
        { kind: "path", path: "/var/lib/cni/bin" },
      ],
      runtime,
    ),
    inferred([{ kind: "os-release", key: "ID", begins: "rhcos" }], "names of the operating system"),
  ],
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniConfDir: read("/etc/kubernetes/cni/net.d", `${runtime}, ${operator}`),
        cniBinDir: read("/var/lib/cni/bin", `${runtime}, ${operator}`),
        runtimeConfig: read("/etc/crio/crio.conf.d/00-default", runtime),
        criSocket: read("/var/run/crio/crio.sock", "machine-config-operator: kubelet.service.yaml"),
        kubeletDir: read("/var/lib/kubelet", "machine-config-operator: kubelet.service.yaml"),
        adminKubeconfig: read(
          "/etc/kubernetes/static-pod-resources/kube-apiserver-certs/secrets/node-kubeconfigs",
          "a folder with several, on nodes of the control plane",
        ),
      },
      primary: read(
        { file: "10-ovn-kubernetes.conf" },
        "machine-config-operator: cleanup-cni-conf.yaml; in /run/multus/cni/net.d",
      ),
    },
  ],
  units: inferred(["crio.service", "kubelet.service"], runtime),
  folders: [
    read(
      {
        path: "/run/multus/cni/net.d",
        trait: "volatile",
        note: "where OVN-Kubernetes writes the primary's configuration, unless disableMultiNetwork is set",
      },
      "machine-config-operator: cleanup-cni-conf.yaml",
    ),
  ],
  plugins: [],
  multus: read(
    {
      is: "always",
      how: "thick, unless .spec.disableMultiNetwork; with namespaceIsolation and cniVersion 1.1.0; socket in /run/multus/socket",
      daemonSet: "openshift-multus/multus",
    },
    multus,
  ),
  notes: [
    inferred("the Cluster Network Operator puts back what others change of its Multus", operator),
    read("whereabouts' configuration is in /etc/kubernetes/cni/net.d/whereabouts.d", multus),
    read("CRI-O runs with selinux=true", runtime),
    read(
      "CNAO uses these folders when it finds OpenShift",
      "cluster-network-addons-operator: pkg/network/cni/cni.go",
    ),
  ],
});
