// SPDX-License-Identifier: Apache-2.0
export { type CriClient, connectCri } from "./client.ts";
export type { ContainerRequest } from "./containers.ts";
export { namespaceModes, type SandboxRequest } from "./sandbox-config.ts";
