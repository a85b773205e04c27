// SPDX-License-Identifier: Apache-2.0
import { type AttachmentPlan, assignDevices, type ResolvedNetwork } from "../attachments/index.ts";
import type { FoundNetwork } from "./find-network.ts";
import type { PodFinding } from "./find-pod.ts";
import type { VerbPorts } from "./ports.ts";

/** A network that waits for its device. */
export type Candidate = FoundNetwork & Pick<ResolvedNetwork, "role" | "selection">;

/**
 * The networks with their devices: those that the kubelet allocated to the pod, or that the pod names itself.
 * The kubelet is asked only when a network takes a device. Throws the CniError of `assignDevices`, or what
 * asking the kubelet throws.
 */
export async function withDevices(
  candidates: readonly Candidate[],
  finding: PodFinding,
  ports: Pick<VerbPorts, "devices">,
): Promise<readonly ResolvedNetwork[]> {
  const isNeeded =
    finding.kind === "found" && candidates.some(({ resourceName }) => resourceName !== undefined);
  const allocated = isNeeded
    ? await ports.devices.allocatedTo(finding.identity)
    : new Map<string, readonly string[]>();
  const requests = candidates.map(({ label, resourceName, selection }) => ({
    network: label,
    resourceName,
    deviceId: selection?.deviceId,
  }));
  const devices = assignDevices(requests, allocated);
  return candidates.map(({ role, label, config, selection, attach }, index) => ({
    role,
    label,
    config,
    selection,
    attach,
    device: devices[index],
  }));
}

/** The device info files that a plan's attachments own. */
export function deviceInfoFiles(plan: AttachmentPlan): readonly string[] {
  return plan.attachments.flatMap(({ device }) => (device === undefined ? [] : [device.infoFile]));
}

/**
 * Puts the device plugins' info files where the CNI plugins look for them (NPWG device information
 * specification, section 2).
 */
export async function provideDeviceInfo(
  plan: AttachmentPlan,
  ports: Pick<VerbPorts, "devices">,
): Promise<void> {
  for (const { device } of plan.attachments) {
    if (device?.resourceName === undefined) continue;
    await ports.devices.provideInfo({ ...device, resourceName: device.resourceName });
  }
}

/** What the info files say once the plugins have run, by index of the attachment. */
export async function readDeviceInfo(
  plan: AttachmentPlan,
  ports: { readonly devices: Pick<VerbPorts["devices"], "readInfo"> },
): Promise<ReadonlyMap<number, unknown>> {
  const found = new Map<number, unknown>();
  for (const [index, { device }] of plan.attachments.entries()) {
    const info = device === undefined ? undefined : await ports.devices.readInfo(device.infoFile);
    if (info !== undefined) found.set(index, info);
  }
  return found;
}
