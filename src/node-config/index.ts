// SPDX-License-Identifier: Apache-2.0
export * from "./agent-config.ts";
export { agentConfigSchema } from "./agent-config-schema.ts";
export type { AgentKey } from "./agent-key.ts";
export { agentKeys } from "./agent-keys.ts";
export { type AgentConfigCheck, type AgentConfigRemark, checkAgentConfig } from "./check-agent-config.ts";
export { choosePrimary, type KnownPrimary, type PrimaryChoice } from "./choose-primary.ts";
export * from "./decide-node-config.ts";
export * from "./judge-folder.ts";
export { judgeOtherName, judgePlace } from "./judge-place.ts";
export type { CandidateFile, Primary, SkippedFile, SkipReason } from "./look-at-candidate.ts";
export { isOwnFileName, namesMultus, type OwnFileName, ownFileNames } from "./own-files.ts";
export { putBackDelay } from "./put-back-delay.ts";
export * from "./render-multus-config.ts";
