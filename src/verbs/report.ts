// SPDX-License-Identifier: Apache-2.0
import {
  type AttachmentPlan,
  addedInterfaceEvent,
  encodeNetworkStatus,
  type MultusConfig,
  networkStatusOf,
} from "../attachments/index.ts";
import type { CniResult } from "../cni/index.ts";
import { readDeviceInfo } from "./devices.ts";
import type { PodFinding } from "./find-pod.ts";
import type { VerbPorts } from "./ports.ts";

interface Report {
  readonly finding: PodFinding;
  readonly config: Pick<MultusConfig, "systemNamespaces">;
  readonly plan: AttachmentPlan;
  readonly results: ReadonlyMap<number, CniResult>;
  readonly ports: VerbPorts;
}

/**
 * Writes the pod's network-status and one event per interface. Throws when the status cannot be written: who
 * reads it (KubeVirt, service meshes) would wait for ever. Pods of system namespaces get no status, as
 * upstream intends.
 */
export async function report({ finding, config, plan, results, ports }: Report): Promise<void> {
  const { cluster } = ports;
  if (finding.kind !== "found" || cluster === undefined) return;
  const pod = finding.identity;
  const events = plan.attachments.flatMap((attachment, index) => {
    const result = results.get(index);
    return attachment.role === "auxiliary" || result === undefined
      ? []
      : [addedInterfaceEvent(attachment, result)];
  });
  const told = Promise.all(events.map((event) => cluster.emitEvent(pod, event)));
  if (!config.systemNamespaces.includes(pod.namespace)) {
    const status = encodeNetworkStatus(networkStatusOf(plan, results, await readDeviceInfo(plan, ports)));
    const written = await cluster.writeNetworkStatus(pod, status);
    if (written.kind === "unreachable") throw written.error;
    if (written.kind === "absent")
      ports.log("verbose", "the pod is gone, its status is not written", { pod: pod.name });
  }
  await told;
}
