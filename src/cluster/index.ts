// SPDX-License-Identifier: Apache-2.0
export type { ClusterAccess } from "./access.ts";
export { type ClusterOptions, createCluster } from "./cluster.ts";
export { tlsOptions } from "./connection.ts";
export { type AccessPlace, loadAccess } from "./load-access.ts";
export { networkStatusAnnotation } from "./network-status.ts";
export { createObjectCluster, type ObjectClusterRecord } from "./object-cluster.ts";
