// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../cni/index.ts";
import type { MultusConfig } from "./multus-types.ts";

/** Who wants to use whose NAD. */
export interface NetworkUse {
  readonly nadNamespace: string;
  readonly podNamespace: string;
  readonly config: Pick<MultusConfig, "namespaceIsolation" | "globalNamespaces">;
}

/**
 * Whether a pod may use the NADs of a namespace: its own, and the global ones, when `namespaceIsolation` is
 * on.
 */
export function isNamespaceAllowed({ nadNamespace, podNamespace, config }: NetworkUse): boolean {
  if (!config.namespaceIsolation) return true;
  return nadNamespace === podNamespace || config.globalNamespaces.includes(nadNamespace);
}

/** The error (code 7) for a NAD that namespace isolation keeps from the pod. */
export function isolationError(name: string, { nadNamespace, podNamespace, config }: NetworkUse): CniError {
  const global = config.globalNamespaces.join(", ") || "none";
  return new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `network "${nadNamespace}/${name}" is not for pods of namespace "${podNamespace}": namespaceIsolation is on, global namespaces are ${global}`,
    { hint: `make a NAD "${name}" in "${podNamespace}", or add "${nadNamespace}" to globalNamespaces` },
  );
}
