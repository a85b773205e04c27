// SPDX-License-Identifier: Apache-2.0
import type { AttachmentPlan } from "../attachments/index.ts";
import type { VerbPorts } from "./ports.ts";

/** The device info files that a plan's attachments own. */
export function deviceInfoFiles(plan: AttachmentPlan): readonly string[] {
  return plan.attachments.flatMap(({ device }) => (device === undefined ? [] : [device.infoFile]));
}

/** Puts the device plugins' info files where the CNI plugins look for them (NPWG device information specification, section 2). */
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
  ports: Pick<VerbPorts, "devices">,
): Promise<ReadonlyMap<number, unknown>> {
  const found = new Map<number, unknown>();
  for (const [index, { device }] of plan.attachments.entries()) {
    const info = device === undefined ? undefined : await ports.devices.readInfo(device.infoFile);
    if (info !== undefined) found.set(index, info);
  }
  return found;
}
