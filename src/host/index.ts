// SPDX-License-Identifier: Apache-2.0
// The sandbox of `plures try` has an entry of its own, host/sandbox: the plugin never loads it.
export { createAttachmentRecords, type KeptRecord, readRecords } from "./attachment-records.ts";
export { listSandboxes } from "./cri-sandboxes.ts";
export { createDeviceInfoFiles } from "./device-info.ts";
export { createJournal } from "./journal.ts";
export { createLog } from "./log.ts";
export { createMultusCache } from "./multus-cache-files.ts";
export { createNetworkFiles } from "./network-files.ts";
export { createPlainPods, type PlainPodsFile } from "./plain-pods.ts";
export { createPodNamespace } from "./pod-namespace.ts";
export { allocatedDevices } from "./pod-resources.ts";
export { waitForFile } from "./readiness.ts";
export { createPluginRunner } from "./run-plugin.ts";
export { writeFully } from "./write-fully.ts";
