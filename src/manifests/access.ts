// SPDX-License-Identifier: Apache-2.0
import type { ServiceAccount } from "kubernetes-types/core/v1";
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
} from "kubernetes-types/rbac/v1";
import type { Installation } from "./installation.ts";
import { commentsOf, type Manifest, type Reasoned, valuesOf } from "./manifest.ts";
import { accessName, agentLabels, tokenRoleName } from "./names.ts";

const rbac = "rbac.authorization.k8s.io";

/** All that the agent may do in the whole cluster, each rule with its reason. */
export const clusterRules: readonly Reasoned<PolicyRule>[] = [
  {
    value: { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
    reason:
      "What the pods of its node ask for. It lists and watches those alone, by field selector; RBAC cannot say " +
      "that. get is for a pod that the watch has not seen yet.",
  },
  {
    value: {
      apiGroups: ["k8s.cni.cncf.io"],
      resources: ["network-attachment-definitions"],
      verbs: ["get", "list", "watch"],
    },
    reason: "The networks that pods ask for, in every namespace.",
  },
  {
    value: { apiGroups: [""], resources: ["pods/status"], verbs: ["patch"] },
    reason: "The annotation k8s.v1.cni.cncf.io/network-status. Nothing else of a pod can be changed so.",
  },
  {
    value: { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
    reason: "Events at pods and at the node; patch counts one up that was said before.",
  },
];

/** The rule for a kubeconfig on the host: tokens of its own account, and of no other. */
export const tokenRules: readonly Reasoned<PolicyRule>[] = [
  {
    value: {
      apiGroups: [""],
      resources: ["serviceaccounts/token"],
      resourceNames: [accessName],
      verbs: ["create"],
    },
    reason: "Tokens for the kubeconfig on the host, of the agent's own account and of no other.",
  },
];

/** Who the agent is and all that it may do. */
export function accessManifests(
  installation: Pick<Installation, "namespace" | "hostKubeconfig">,
): readonly Manifest[] {
  const ofCluster = [serviceAccount(installation), clusterRole(), clusterRoleBinding(installation)];
  if (installation.hostKubeconfig === undefined) return ofCluster;
  return [...ofCluster, ...tokenManifests(installation)];
}

/** What a kubeconfig on the host needs besides; a file of its own for those who ask for one later. */
export function tokenManifests(place: Place): readonly Manifest[] {
  return [tokenRole(place), tokenRoleBinding(place)];
}

type Place = Pick<Installation, "namespace">;

function serviceAccount({ namespace }: Place): Manifest<ServiceAccount> {
  return {
    object: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: accessName, namespace, labels: agentLabels },
    },
    comments: [{ path: [], text: "Who the agent is for the Kubernetes API." }],
  };
}

function clusterRole(): Manifest<ClusterRole> {
  return {
    object: {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRole",
      metadata: { name: accessName, labels: agentLabels },
      rules: valuesOf(clusterRules),
    },
    comments: [{ path: [], text: "All that it may do there." }, ...commentsOf(["rules"], clusterRules)],
  };
}

function clusterRoleBinding({ namespace }: Place): Manifest<ClusterRoleBinding> {
  return {
    object: {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: accessName, labels: agentLabels },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: accessName },
      subjects: [{ kind: "ServiceAccount", name: accessName, namespace }],
    },
    comments: [],
  };
}

function tokenRole({ namespace }: Place): Manifest<Role> {
  return {
    object: {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata: { name: tokenRoleName, namespace, labels: agentLabels },
      rules: valuesOf(tokenRules),
    },
    comments: [
      { path: [], text: "Only for hostKubeconfig of the agent's configuration, docs/install-agent.md." },
      ...commentsOf(["rules"], tokenRules),
    ],
  };
}

function tokenRoleBinding({ namespace }: Place): Manifest<RoleBinding> {
  return {
    object: {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: tokenRoleName, namespace, labels: agentLabels },
      roleRef: { apiGroup: rbac, kind: "Role", name: tokenRoleName },
      subjects: [{ kind: "ServiceAccount", name: accessName, namespace }],
    },
    comments: [],
  };
}
