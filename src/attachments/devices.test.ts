// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { cniErrorOf } from "../testing/cni-error-of.ts";
import { assignDevices, deviceInfoFile } from "./devices.ts";

const wants = (resourceName?: string, deviceId?: string) => ({
  network: "default/sriov",
  resourceName,
  deviceId,
});
const allocated = new Map([
  ["intel.com/a", ["0000:03:02.0", "0000:03:02.1"]],
  ["intel.com/b", ["0000:04:00.0"]],
]);
const from = (resourceName: string, deviceId: string) => ({ resourceName, deviceId });

test("each network takes the next device of its resource", () => {
  const requests = [wants("intel.com/a"), wants(), wants("intel.com/b"), wants("intel.com/a")];
  expect(assignDevices(requests, allocated)).toEqual([
    from("intel.com/a", "0000:03:02.0"),
    undefined,
    from("intel.com/b", "0000:04:00.0"),
    from("intel.com/a", "0000:03:02.1"),
  ]);
});

test.each([
  [wants(undefined, "0000:09:00.0"), { resourceName: undefined, deviceId: "0000:09:00.0" }],
  [wants("intel.com/a", "0000:09:00.0"), from("intel.com/a", "0000:03:02.0")],
  [wants("intel.com/none", "0000:09:00.0"), { resourceName: undefined, deviceId: "0000:09:00.0" }],
])("%j gets %j", (request, device) => {
  expect(assignDevices([request], allocated)).toEqual([device]);
});

test.each([
  [
    [wants("intel.com/none")],
    'network "default/sriov" takes a device of "intel.com/none", the kubelet gave the pod none',
    "1",
  ],
  [
    [wants("intel.com/b"), wants("intel.com/b")],
    'network "default/sriov" takes a device of "intel.com/b", the kubelet gave the pod only 1',
    "2",
  ],
])("a device that is not there is an error", (requests, message, count) => {
  const error = cniErrorOf(() => assignDevices(requests, allocated));
  expect(error).toMatchObject({ code: 7, message });
  expect(error.hint).toContain(`": "${count}" in resources.limits`);
});

test("the info file has upstream's name", () => {
  expect(deviceInfoFile({ network: "default/sriov", containerId: "abc", interface: "net1" })).toBe(
    "/var/run/k8s.cni.cncf.io/devinfo/cni/default-sriov-abc_net1",
  );
});
