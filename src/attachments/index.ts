// SPDX-License-Identifier: Apache-2.0
export * from "./addresses.ts";
export * from "./annotation-keys.ts";
export * from "./auxiliary-chain.ts";
export * from "./default-routes.ts";
export * from "./devices.ts";
export * from "./interface-names.ts";
export * from "./isolation.ts";
export * from "./multus-config.ts";
export * from "./multus-types.ts";
export * from "./nad.ts";
export * from "./network-sources.ts";
export * from "./objects.ts";
export * from "./plan.ts";
export * from "./plan-attachments.ts";
export * from "./selection-types.ts";
export * from "./selections.ts";
