// SPDX-License-Identifier: Apache-2.0
export { type CriClient, connectCri, type SandboxRequest, type SandboxStatus } from "./client.ts";
