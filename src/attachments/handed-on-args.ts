// SPDX-License-Identifier: Apache-2.0
import { formatCniArgs, parseCniArgs } from "../cni/index.ts";
import type { PodIdentity } from "./plan.ts";

/** What decides the CNI_ARGS of one attachment. */
export interface ArgsSource {
  /** CNI_ARGS of the runtime. */
  readonly args: string;
  readonly containerId: string;
  readonly pod: PodIdentity | undefined;
  readonly selection: { readonly ips: readonly string[]; readonly mac: string | undefined } | undefined;
}

/**
 * CNI_ARGS as upstream hands them on (Multus v4.3): the Kubernetes pairs first and in this
 * order, then whatever else came in, then MAC= and IP= of the selection, for plugins that read them there.
 * `IP=a,b` is refused by host-local, so IP= is there only for exactly one address. Throws a CniError (code 4)
 * for CNI_ARGS that are no pairs.
 */
export function handedOnArgs({ args, containerId, pod, selection }: ArgsSource): string {
  const came = parseCniArgs(args);
  const known: readonly (readonly [string, string | undefined])[] = [
    ["IgnoreUnknown", "true"],
    ["K8S_POD_NAMESPACE", came.get("K8S_POD_NAMESPACE") || pod?.namespace],
    ["K8S_POD_NAME", came.get("K8S_POD_NAME") || pod?.name],
    ["K8S_POD_INFRA_CONTAINER_ID", came.get("K8S_POD_INFRA_CONTAINER_ID") || (pod && containerId)],
    ["K8S_POD_UID", came.get("K8S_POD_UID") || pod?.uid],
  ];
  const pairs = new Map<string, string>();
  for (const [key, value] of known) if (value) pairs.set(key, value);
  for (const [key, value] of came) if (!known.some(([name]) => name === key)) pairs.set(key, value);
  if (selection?.mac !== undefined) pairs.set("MAC", selection.mac);
  const [ip, ...moreIps] = selection?.ips ?? [];
  if (ip !== undefined && moreIps.length === 0) pairs.set("IP", ip);
  return formatCniArgs(pairs);
}
