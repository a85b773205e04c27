// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { aNad, aPod } from "./objects.ts";
import type { NodeMaker } from "./test-node.ts";

const resource = "example.com/nic";
const [first, second] = ["0000:05:00.1", "0000:05:00.0"];

/** A NAD whose attachments take a device, with a plugin that wants to know of it. */
function aDeviceNad(name: string) {
  const capabilities = { deviceID: true, CNIDeviceInfoFile: true };
  return {
    ...aNad(name, { capabilities }),
    annotations: { "k8s.v1.cni.cncf.io/resourceName": resource },
  };
}

/** Devices that the kubelet allocated, and what is known of them. */
export function describeDevices(node: NodeMaker): void {
  describe("devices", () => {
    test("two networks of one resource get a device each, in the order of allocation", async () => {
      const it = node({
        pods: [aPod("a,b")],
        networks: [aDeviceNad("a"), aDeviceNad("b")],
        devices: { [resource]: [first, second] },
      });
      const info = { type: "pci", version: "1.1.0", pci: { "pci-address": first } };
      it.write(
        `var/run/k8s.cni.cncf.io/devinfo/dp/example.com-nic-${first}-device.json`,
        JSON.stringify(info),
      );
      expect((await it.request({ verb: "ADD" })).exitCode).toBe(0);
      const [, a, b] = it.calls();
      const infoFile = "/var/run/k8s.cni.cncf.io/devinfo/cni/default-a-c1_net1";
      expect(a?.config).toMatchObject({
        deviceID: first,
        pciBusID: first,
        runtimeConfig: { deviceID: first, CNIDeviceInfoFile: infoFile },
      });
      expect(b?.config).toMatchObject({ deviceID: second, runtimeConfig: { deviceID: second } });
      const status = JSON.parse(it.record.statuses.get("default/web") ?? "");
      expect(status[1]["device-info"]).toMatchObject(info);
      expect(status[2]["device-info"]).toBeUndefined();
      expect((await it.request({ verb: "DEL" })).exitCode).toBe(0);
      expect(it.calls().at(3)?.config).toMatchObject({ deviceID: second });
      expect(existsSync(it.folder + infoFile)).toBeFalse();
    });

    test("a device that was not allocated is told before anything runs", async () => {
      const it = node({
        pods: [aPod("a,b")],
        networks: [aDeviceNad("a"), aDeviceNad("b")],
        devices: { [resource]: [first] },
      });
      const { stdout } = await it.request({ verb: "ADD" });
      expect(JSON.parse(stdout)).toMatchObject({ code: 7, msg: expect.stringContaining("resources.limits") });
      expect(it.calls()).toEqual([]);
    });
  });
}
