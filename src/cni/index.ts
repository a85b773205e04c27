// SPDX-License-Identifier: Apache-2.0
export * from "./errors.ts";
export * from "./invocation.ts";
export * from "./network-config.ts";
export * from "./result.ts";
export * from "./verbs.ts";
export * from "./versions.ts";
