// SPDX-License-Identifier: Apache-2.0
import type { CniResult } from "../cni/index.ts";
import type { PodEvent } from "./objects.ts";
import type { Attachment } from "./plan.ts";

/** The event for a network that was attached, in upstream's words: dashboards and tests look for them. */
export function addedInterfaceEvent(
  { interface: name, network }: Pick<Attachment, "interface" | "network">,
  result: CniResult,
): PodEvent {
  const addresses = result.ips.map(({ address }) => address).join(" ");
  return { type: "Normal", reason: "AddedInterface", message: `Add ${name} [${addresses}] from ${network}` };
}

/**
 * The event for a selection whose NAD does not exist; `elsewhere` are the namespaces that have one of that
 * name.
 */
export function noNetworkFoundEvent(
  selection: { readonly namespace: string; readonly name: string },
  elsewhere: readonly string[],
): PodEvent {
  const { name, namespace } = selection;
  const there = elsewhere.length === 0 ? "" : `; there is one in namespace ${elsewhere.join(", ")}`;
  return {
    type: "Warning",
    reason: "NoNetworkFound",
    message: `cannot find a network-attachment-definition (${name}) in namespace (${namespace})${there}`,
  };
}
