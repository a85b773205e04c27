// SPDX-License-Identifier: Apache-2.0

/** The part of containerd's verbose answer that says where the sandbox lives. */
interface SandboxInfo {
  readonly pid?: number;
  readonly runtimeSpec?: {
    readonly linux?: { readonly namespaces?: readonly { readonly type: string; readonly path?: string }[] };
  };
}

/**
 * Where a sandbox lives, from what containerd says of it when asked to be verbose; throws for text that is no
 * JSON.
 */
export function sandboxProcess(info: string): { readonly pid: number; readonly netns: string } {
  // The shape is containerd's own; every key is read as optional.
  const { pid, runtimeSpec } = JSON.parse(info) as SandboxInfo;
  const network = runtimeSpec?.linux?.namespaces?.find(({ type }) => type === "network");
  return { pid: pid ?? 0, netns: network?.path ?? "" };
}

/** The networks that containerd gives a new pod, from its verbose status; throws for text that is no JSON. */
export function networkNamesIn(cniConfig: string): readonly string[] {
  // The shape is that of go-cni's ConfigResult.
  const { Networks = [] } = JSON.parse(cniConfig) as {
    readonly Networks?: readonly { readonly Config?: { readonly Name?: string } }[];
  };
  return Networks.flatMap(({ Config }) => Config?.Name ?? []);
}
