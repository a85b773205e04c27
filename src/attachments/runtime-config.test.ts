// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { aSelection } from "./builders.ts";
import { declaredValues, runtimeValues } from "./runtime-config.ts";

const fromRuntime = { portMappings: [{ hostPort: 80, containerPort: 80 }], dns: { servers: [] } };
const everything = aSelection({
  ips: ["10.1.1.5/24"],
  mac: "02:00:00:00:00:01",
  infinibandGuid: "c2:11:22:33:44:55:66:77",
  portMappings: [{ hostPort: 1, containerPort: 2 }],
  bandwidth: { ingressRate: 5 },
});
const device = { deviceId: "0000:03:02.1", infoFile: "/x" };

test.each([
  ["the primary", { role: "primary", selection: everything, device: undefined }, fromRuntime],
  ["a chain on its interface", { role: "auxiliary", selection: undefined, device: undefined }, fromRuntime],
  ["a network nobody asked for", { role: "network", selection: undefined, device: undefined }, {}],
  ["a network that asks for nothing", { role: "network", selection: aSelection(), device: undefined }, {}],
  [
    "a network",
    { role: "network", selection: everything, device },
    {
      ips: ["10.1.1.5/24"],
      mac: "02:00:00:00:00:01",
      infinibandGUID: "c2:11:22:33:44:55:66:77",
      portMappings: [{ hostPort: 1, containerPort: 2 }],
      bandwidth: { ingressRate: 5 },
      deviceID: "0000:03:02.1",
      CNIDeviceInfoFile: "/x",
    },
  ],
  [
    "a primary with a device",
    { role: "primary", selection: undefined, device },
    { ...fromRuntime, deviceID: "0000:03:02.1", CNIDeviceInfoFile: "/x" },
  ],
] as const)("%s", (_, source, values) => {
  expect(runtimeValues({ fromRuntime, ...source })).toEqual(values);
});

test.each([
  [[], {}],
  [["ips"], { ips: ["10.1.1.5"] }],
  [["ips", "mac", "portMappings"], { ips: ["10.1.1.5"], mac: "m" }],
])("a plugin that declares %j gets %j", (capabilities, values) => {
  expect(declaredValues({ ips: ["10.1.1.5"], mac: "m", bandwidth: {} }, { capabilities })).toEqual(values);
});
