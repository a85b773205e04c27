// SPDX-License-Identifier: Apache-2.0
export { type ClusterOptions, createCluster } from "./cluster.ts";
export { networkStatusAnnotation } from "./network-status.ts";
