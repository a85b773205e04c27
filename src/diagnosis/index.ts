// SPDX-License-Identifier: Apache-2.0
export * from "./facts/index.ts";
