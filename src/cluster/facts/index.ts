// SPDX-License-Identifier: Apache-2.0
// An entry of its own, apart from cluster: the plugin never loads it.
export { resourcePath } from "../resources.ts";
export { type FactResource, factResources } from "./fact-resources.ts";
export { type LiveClusterOptions, readLiveClusterFacts } from "./live-cluster-facts.ts";
export type { ObjectSource } from "./object-source.ts";
export { type Progress, readFactsOf } from "./read-cluster-facts.ts";
export { type Recording, recordedKinds, recordedObjects } from "./recorded-objects.ts";
