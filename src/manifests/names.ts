// SPDX-License-Identifier: Apache-2.0

/** Of ServiceAccount, ClusterRole and their binding: upstream's, so that a change to Plures replaces them. */
export const accessName = "multus";
/** Of the role that is there only for a kubeconfig on the host. */
export const tokenRoleName = "multus-token";
export const configMapName = "multus-daemon-config";
export const daemonSetName = "kube-multus-ds";

/** Upstream's selector; of a DaemonSet it can never be changed, so an update must have the same. */
export const selectorLabels = { name: "multus" } as const;
/** Upstream's labels of all its objects. */
export const agentLabels = { tier: "node", app: "multus", ...selectorLabels } as const;

/** Where the ConfigMap is in the agent's container. */
export const configFolder = "/etc/plures";
/** The key of the ConfigMap and the file that it becomes; upstream's name. */
export const configFile = "daemon-config.json";
