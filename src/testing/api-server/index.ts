// SPDX-License-Identifier: Apache-2.0
export { everything, type User, upstreamMultusRules } from "./access-control.ts";
export { certificatePath, readCertificate } from "./certificates.ts";
export type { PlannedFault } from "./faults.ts";
export { renderKubeconfig } from "./kubeconfig-file.ts";
export type { LiveWatches } from "./live-watches.ts";
export { type ApiServer, type ApiServerOptions, adminToken, startApiServer } from "./server.ts";
