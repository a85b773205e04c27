// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { createDeviceInfoFiles } from "./device-info.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/plures-devinfo-`);
  mkdirSync(`${dir}/dp`);
});
afterEach(() => rmSync(dir, { recursive: true }));

const info = '{"type":"pci","version":"1.1.0","pci":{"pci-address":"0000:18:02.5"}}';

const names: readonly [resourceName: string, deviceId: string, file: string][] = [
  ["intel.com/sriov_net", "0000:18:02.5", "intel.com-sriov_net-0000:18:02.5-device.json"],
  ["example.com/vdpa", "vdpa/vdpa:0000:65:00.2", "example.com-vdpa-vdpa-vdpa:0000:65:00.2-device.json"],
];
test.each(names)("the device plugin's file for %s %s is %s", async (resourceName, deviceId, file) => {
  writeFileSync(`${dir}/dp/${file}`, info);
  const infoFile = `${dir}/cni/default-net1-web_net1-device.json`;
  const devices = createDeviceInfoFiles(dir);
  expect(await devices.provideInfo({ resourceName, deviceId, infoFile })).toBe(true);
  expect(readFileSync(infoFile, "utf8")).toBe(info);
  expect(statSync(infoFile).mode & 0o777).toBe(0o444);
  expect(await devices.readInfo(infoFile)).toEqual(JSON.parse(info));
  await devices.removeInfo(infoFile);
  expect(readdirSync(`${dir}/cni`)).toEqual([]);
  await devices.removeInfo(infoFile);
});

test("a second ADD replaces the copy of the first", async () => {
  const device = { resourceName: "r", deviceId: "d", infoFile: `${dir}/cni/x.json` };
  const devices = createDeviceInfoFiles(dir);
  writeFileSync(`${dir}/dp/r-d-device.json`, info);
  await devices.provideInfo(device);
  writeFileSync(`${dir}/dp/r-d-device.json`, '{"type":"memif"}');
  await devices.provideInfo(device);
  expect(await devices.readInfo(device.infoFile)).toEqual({ type: "memif" });
});

test("without a file of the device plugin there is nothing to provide", async () => {
  const devices = createDeviceInfoFiles(dir);
  const infoFile = `${dir}/cni/x.json`;
  expect(await devices.provideInfo({ resourceName: "r", deviceId: "d", infoFile })).toBe(false);
  expect(existsSync(infoFile)).toBe(false);
  expect(await devices.readInfo(infoFile)).toBeUndefined();
});

test("a broken file is named, and not handed on", async () => {
  const devices = createDeviceInfoFiles(dir);
  writeFileSync(`${dir}/dp/r-d-device.json`, '{"type":');
  const infoFile = `${dir}/cni/x.json`;
  await expect(devices.provideInfo({ resourceName: "r", deviceId: "d", infoFile })).rejects.toMatchObject({
    code: 6,
    message: `reading the device info file "${dir}/dp/r-d-device.json": it is no JSON`,
  });
  expect(existsSync(infoFile)).toBe(false);
});
