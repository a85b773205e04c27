// SPDX-License-Identifier: Apache-2.0
export { everything, type Rule, type User, upstreamMultusRules } from "./access-control.ts";
export { certificatePath, readCertificate } from "./certificates.ts";
export type { Fault, PlannedFault } from "./faults.ts";
export { type KubeconfigParts, renderKubeconfig } from "./kubeconfig-file.ts";
export type { SeenRequest } from "./listener.ts";
export { defaultKinds, type ServedKind } from "./served-kinds.ts";
export { type ApiServer, type ApiServerOptions, adminToken, startApiServer } from "./server.ts";
