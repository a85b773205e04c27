// SPDX-License-Identifier: Apache-2.0
import type { Request } from "./call.ts";

/** The pod that a sandbox is for, as the kubelet names it to the runtime. */
export interface SandboxRequest {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Counts the sandboxes of one pod; 0 when absent. */
  readonly attempt?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The cgroup below which the sandbox lives, such as `/test`. */
  readonly cgroupParent: string;
  /** Its folder of container logs; none are kept when absent. */
  readonly logDirectory?: string;
  /** Given for a pod of the host network: who it runs as. The runtime's seccomp profile is on. */
  readonly onHostNetwork?: { readonly user: number; readonly group: number };
}

/** Numbers of `NamespaceMode`. */
export const namespaceModes = { pod: 0, container: 1, node: 2 } as const;

/** A request as it travels. */
export function sandboxConfig(request: SandboxRequest): NonNullable<Request<"RunPodSandbox">["config"]> {
  const { namespace, name, uid, attempt = 0, annotations = {}, cgroupParent, logDirectory = "" } = request;
  return {
    metadata: { namespace, name, uid, attempt },
    // A pod of the host network has the node's.
    hostname: request.onHostNetwork === undefined ? name : "",
    logDirectory,
    annotations,
    linux: { cgroupParent, ...securityOf(request) },
  };
}

function securityOf({ onHostNetwork }: SandboxRequest) {
  if (onHostNetwork === undefined) return {};
  return {
    securityContext: {
      namespaceOptions: { network: namespaceModes.node, pid: namespaceModes.container },
      runAsUser: { value: onHostNetwork.user },
      runAsGroup: { value: onHostNetwork.group },
      seccomp: { profileType: 0 },
    },
  };
}
