// SPDX-License-Identifier: Apache-2.0
export { clusterRules, tokenManifests, tokenRules } from "./access.ts";
export { agentDaemonSet, agentRuntime } from "./agent-daemon-set.ts";
export { agentManifests } from "./agent-manifests.ts";
export { type ContainerName, type HostFolder, hostFolders } from "./host-folders.ts";
export { type Installation, installationFor } from "./installation.ts";
export type { Comment, KubernetesObject, Manifest, Reasoned } from "./manifest.ts";
export { networkAttachmentCrd } from "./network-attachment-crd.ts";
export { type NodeKind, type NodeTraits, nodeKinds, type PrimaryTraits } from "./node-kinds.ts";
