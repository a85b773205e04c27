// SPDX-License-Identifier: Apache-2.0
import type { Resource } from "../resources.ts";

/** A kind of object that facts are made of, by its name in URLs and by its name in files. */
export interface FactResource extends Resource {
  readonly kind: string;
}

/** Everything that is ever read for facts. Secrets are not among it, and never will be. */
export const factResources = {
  nodes: { group: "", version: "v1", plural: "nodes", kind: "Node" },
  pods: { group: "", version: "v1", plural: "pods", kind: "Pod" },
  events: { group: "", version: "v1", plural: "events", kind: "Event" },
  configMaps: { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap" },
  serviceAccounts: { group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount" },
  daemonSets: { group: "apps", version: "v1", plural: "daemonsets", kind: "DaemonSet" },
  definitions: {
    group: "apiextensions.k8s.io",
    version: "v1",
    plural: "customresourcedefinitions",
    kind: "CustomResourceDefinition",
  },
  networks: {
    group: "k8s.cni.cncf.io",
    version: "v1",
    plural: "network-attachment-definitions",
    kind: "NetworkAttachmentDefinition",
  },
  clusterRoles: rbac("clusterroles", "ClusterRole"),
  clusterRoleBindings: rbac("clusterrolebindings", "ClusterRoleBinding"),
  roles: rbac("roles", "Role"),
  roleBindings: rbac("rolebindings", "RoleBinding"),
  kubeVirts: { group: "kubevirt.io", version: "v1", plural: "kubevirts", kind: "KubeVirt" },
  networkAddons: {
    group: "networkaddonsoperator.network.kubevirt.io",
    version: "v1",
    plural: "networkaddonsconfigs",
    kind: "NetworkAddonsConfig",
  },
  virtualMachines: { group: "kubevirt.io", version: "v1", plural: "virtualmachines", kind: "VirtualMachine" },
} as const satisfies Readonly<Record<string, FactResource>>;

function rbac(plural: string, kind: string): FactResource {
  return { group: "rbac.authorization.k8s.io", version: "v1", plural, kind };
}
