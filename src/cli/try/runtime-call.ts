// SPDX-License-Identifier: Apache-2.0
import type { Pod } from "../../attachments/index.ts";
import { type CniVerb, formatCniArgs } from "../../cni/index.ts";

/** A pod with what its container runtime knows of it. */
export interface Container {
  readonly pod: Pod;
  readonly containerId: string;
  /** Path of the pod's network namespace. */
  readonly netns: string;
}

/** The pod's interface in its primary network, as container runtimes name it. */
export const primaryInterface = "eth0";

/** The environment that containerd starts a CNI plugin with. */
export function callEnvironment(
  verb: CniVerb,
  { pod, containerId, netns, pluginDirs }: Container & { readonly pluginDirs: readonly string[] },
): Readonly<Record<string, string>> {
  return {
    CNI_COMMAND: verb,
    CNI_CONTAINERID: containerId,
    CNI_NETNS: netns,
    CNI_IFNAME: primaryInterface,
    CNI_PATH: pluginDirs.join(":"),
    CNI_ARGS: formatCniArgs([
      ["IgnoreUnknown", "1"],
      ["K8S_POD_NAMESPACE", pod.namespace],
      ["K8S_POD_NAME", pod.name],
      ["K8S_POD_INFRA_CONTAINER_ID", containerId],
      ["K8S_POD_UID", pod.uid],
    ]),
  };
}

/**
 * A container id that is told at sight, for the `index`-th pod: letters that ids may have, and no two alike.
 */
export function containerIdOf({ name }: Pod, index: number): string {
  return `try-${index + 1}-${name.replaceAll(/[^a-zA-Z0-9-]/g, "-")}`;
}
