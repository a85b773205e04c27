// SPDX-License-Identifier: Apache-2.0
export type { ClusterAccess } from "./access.ts";
export { createCluster } from "./cluster.ts";
export { tlsOptions } from "./connection.ts";
export { loadAccess } from "./load-access.ts";
export { createObjectCluster, type ObjectClusterRecord } from "./object-cluster.ts";
// Types alone: the watches are the agent's, and the plugin is not to load them.
export type { NodePod, WatchedCluster } from "./watched-cluster.ts";
