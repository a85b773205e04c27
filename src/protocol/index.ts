// SPDX-License-Identifier: Apache-2.0
export * from "./agent-messages.ts";
export { ProtocolError } from "./fields.ts";
export { createFrameCutter, type Frame } from "./frames.ts";
export * from "./limits.ts";
export * from "./messages.ts";
export * from "./shim-messages.ts";
