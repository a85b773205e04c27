// SPDX-License-Identifier: Apache-2.0

export type { ClusterFacts } from "./cluster-facts.ts";
export type { NodeFact } from "./cluster-node-fact.ts";
export type {
  ConfContent,
  ConfFileFact,
  ConfFolderFact,
  PluginFact,
  PluginFolderFact,
} from "./cni-folder-facts.ts";
export type { DistributionFact } from "./distribution-fact.ts";
export { type Fact, known, knownValue, notApplicable, unknown, type ValueOf } from "./fact.ts";
export type { Facts } from "./facts.ts";
export type { FileFact } from "./file-fact.ts";
export type { HostFacts } from "./host-facts.ts";
export { factsSchema } from "./json-schema.ts";
export { type KernelFact, type KernelFeature, kernelFeatures } from "./kernel-fact.ts";
export type { MountFact } from "./mount-fact.ts";
export { type MultusDaemonSetFact, type MultusFlavour, multusFlavours } from "./multus-daemon-set-fact.ts";
export type { KubeconfigFact, MultusConfigFact, MultusFacts, TokenClaims } from "./multus-facts.ts";
export type { InterfaceFact, RouteFact } from "./network-facts.ts";
export type { CrdFact, NetworkFact } from "./network-object-facts.ts";
export type { PrimaryFact } from "./primary-fact.ts";
export type { RbacFact } from "./rbac-fact.ts";
export { readConfContent } from "./read-conf-content.ts";
export { type FactsReading, readFacts } from "./read-facts.ts";
export type { RuntimeFact } from "./runtime-fact.ts";
export type { SecurityFact } from "./security-fact.ts";
export type { EventFact, KubevirtFact, PodFact, PodsFact, VirtualMachineFact } from "./workload-facts.ts";
