// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "../cni/index.ts";

/** What a network says about devices. */
export interface DeviceRequest {
  /** For the reader: `namespace/name`. */
  readonly network: string;
  /** Of the NAD's annotation. */
  readonly resourceName: string | undefined;
  /** Of the pod's selection. */
  readonly deviceId: string | undefined;
}

/** The device that an attachment works on. */
export interface AssignedDevice {
  /** undefined when the pod names the device itself. */
  readonly resourceName: string | undefined;
  readonly deviceId: string;
}

/**
 * Gives each network its device, in the order of the pod's networks: the next one that the kubelet allocated
 * of its resource, else the one that the selection names. `allocated` holds the pod's device ids by resource,
 * in order of allocation. Throws a CniError (code 7) when a network has a resource and no device is left.
 */
export function assignDevices(
  requests: readonly DeviceRequest[],
  allocated: ReadonlyMap<string, readonly string[]>,
): readonly (AssignedDevice | undefined)[] {
  const taken = new Map<string, number>();
  return requests.map(({ network, resourceName, deviceId }) => {
    const chosen = deviceId === undefined ? undefined : { resourceName: undefined, deviceId };
    if (resourceName === undefined) return chosen;
    const index = taken.get(resourceName) ?? 0;
    const next = allocated.get(resourceName)?.[index];
    if (next === undefined && chosen === undefined) throw withoutDevice(network, resourceName, index);
    taken.set(resourceName, index + 1);
    return next === undefined ? chosen : { resourceName, deviceId: next };
  });
}

/**
 * The file in which CNI plugins look for what the device plugin knows of a device (NPWG device information
 * specification).
 */
export function deviceInfoFile(of: {
  readonly network: string;
  readonly containerId: string;
  readonly interface: string;
}): string {
  const name = `${of.network}-${of.containerId}_${of.interface}`.replaceAll("/", "-");
  return `/var/run/k8s.cni.cncf.io/devinfo/cni/${name}`;
}

function withoutDevice(network: string, resourceName: string, had: number): CniError {
  return new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `network "${network}" takes a device of "${resourceName}", the kubelet gave the pod ${had === 0 ? "none" : `only ${had}`}`,
    { hint: `request "${resourceName}": "${had + 1}" in resources.limits of a container` },
  );
}
