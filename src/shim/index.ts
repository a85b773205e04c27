// SPDX-License-Identifier: Apache-2.0
export { answer, type PluginAnswer } from "./answer.ts";
export { type Connection, connect, patience, statePaths } from "./connect.ts";
