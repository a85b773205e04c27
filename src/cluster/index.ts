// SPDX-License-Identifier: Apache-2.0
export type { ClusterAccess } from "./access.ts";
export { createCluster } from "./cluster.ts";
export { tlsOptions } from "./connection.ts";
export { loadAccess } from "./load-access.ts";
export { createObjectCluster, type ObjectClusterRecord } from "./object-cluster.ts";
