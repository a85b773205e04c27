// SPDX-License-Identifier: Apache-2.0
export * from "./objects.ts";
export * from "./plan.ts";
