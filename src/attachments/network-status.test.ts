// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { anAttachment, aResult } from "./builders.ts";
import recordedState from "./fixtures/recorded-multus-state.json";
import recordedPods from "./fixtures/recorded-pods.json";
import { entryFromMultusCache } from "./multus-cache.ts";
import { encodeNetworkStatus, type NetworkStatus, networkStatusOf } from "./network-status.ts";

const sandbox = "/run/netns/x";
const primary = anAttachment({ role: "primary", network: "cbr0", interface: "eth0" });

/**
 * Upstream writes the next hop of a route that names none as "<nil>"; it had not looked at the results after
 * its default-route work.
 */
function withoutNil(status: NetworkStatus, pod: string): NetworkStatus {
  const { gateway: _, ...rest } = status;
  const isRouted = pod === "default-route" && status.interface === "net1";
  return isRouted ? { ...rest, gateway: ["192.168.20.1"] } : rest;
}

test.each(recordedState)("the recorded pod $pod has the recorded status, less upstream's errors", (state) => {
  const files = { delegates: state.delegates, results: Object.values(state.results) };
  const { plan, results } = entryFromMultusCache(files, { containerId: state.containerId, ifName: "eth0" });
  const annotations = recordedPods.find(({ name }) => name === state.pod)?.annotations;
  const recorded: readonly NetworkStatus[] = JSON.parse(
    annotations?.["k8s.v1.cni.cncf.io/network-status"] ?? "",
  );
  const statuses = networkStatusOf(plan, results, new Map());
  expect(statuses).toEqual(recorded.map((status) => withoutNil(status, state.pod)));
});

test("the annotation is laid out as upstream's", () => {
  const written = encodeNetworkStatus([
    { name: "a", ips: ["10.1.1.1"], dns: {} },
    { name: "b", dns: {} },
  ]);
  expect(written).toBe(
    '[{\n    "name": "a",\n    "ips": [\n        "10.1.1.1"\n    ],\n    "dns": {}\n},{\n    "name": "b",\n    "dns": {}\n}]',
  );
});

test.each([
  [
    "a chained result",
    aResult({
      interfaces: [
        { name: "cni0", mac: "0e:00:00:00:00:01" },
        { name: "veth1" },
        { name: "eth0", mac: "0a:00:00:00:00:02", mtu: 1450, sandbox },
      ],
      ips: [
        { address: "10.42.0.7/24", gateway: "10.42.0.1", interface: 2 },
        { address: "fd42::7/64", interface: 2 },
      ],
      routes: [{ dst: "0.0.0.0/0" }, { dst: "::/0", gw: "fd42::1" }, { dst: "10.0.0.0/8", gw: "10.42.0.9" }],
      dns: { nameservers: ["10.43.0.10"] },
    }),
    [
      {
        name: "cbr0",
        interface: "eth0",
        ips: ["10.42.0.7", "fd42::7"],
        mac: "0a:00:00:00:00:02",
        mtu: 1450,
        default: true,
        dns: { nameservers: ["10.43.0.10"] },
        gateway: ["fd42::1"],
      },
    ],
  ],
  [
    "several interfaces, the second has the gateway",
    aResult({
      interfaces: [{ name: "eth0", sandbox }, { name: "host0" }, { name: "udn1", sandbox }],
      ips: [
        { address: "10.1.0.7/24", interface: 0 },
        { address: "10.2.0.7/24", interface: 2, gateway: "10.2.0.1" },
        { address: "10.3.0.7/24" },
      ],
    }),
    [
      { name: "cbr0", interface: "eth0", ips: ["10.1.0.7", "10.3.0.7"], dns: {} },
      { name: "cbr0", interface: "udn1", ips: ["10.2.0.7"], default: true, dns: {} },
    ],
  ],
  [
    "no sandbox named",
    aResult({ interfaces: [{ name: "cali1" }, { name: "eth0" }], ips: [{ address: "10.1.0.7/32" }] }),
    [{ name: "cbr0", interface: "eth0", ips: ["10.1.0.7"], default: true, dns: {} }],
  ],
  [
    "interfaces of other names, addresses of none",
    aResult({
      interfaces: [
        { name: "a0", sandbox },
        { name: "a1", sandbox },
      ],
      ips: [{ address: "10.1.0.7/24" }],
    }),
    [
      { name: "cbr0", interface: "a0", dns: {} },
      { name: "cbr0", interface: "a1", ips: ["10.1.0.7"], default: true, dns: {} },
    ],
  ],
  [
    "0.2.0, without interfaces",
    aResult({ ips: [{ address: "10.1.0.7/24" }] }),
    [{ name: "cbr0", interface: "eth0", ips: ["10.1.0.7"], default: true, dns: {} }],
  ],
  ["nothing", aResult(), [{ name: "cbr0", default: true, dns: {} }]],
])("%s", (_, result, expected) => {
  expect(networkStatusOf({ attachments: [primary] }, new Map([[0, result]]), new Map())).toEqual(
    expected as readonly NetworkStatus[],
  );
});

test("device info goes with its attachment; chains and attachments without result have no entry", () => {
  const attachments = [
    primary,
    anAttachment(),
    anAttachment({ role: "auxiliary" }),
    anAttachment({ network: "late" }),
  ];
  const result = aResult({ interfaces: [{ name: "net1", sandbox }] });
  const results = new Map([0, 1, 2].map((index) => [index, result] as const));
  const info = { type: "pci", pci: { "pci-address": "0000:03:02.1" } };
  expect(networkStatusOf({ attachments }, results, new Map([[1, info]]))).toEqual([
    { name: "cbr0", interface: "net1", default: true, dns: {} },
    { name: "default/mv-a", interface: "net1", dns: {}, "device-info": info },
  ]);
});

const anyResult = fc
  .record({
    names: fc.array(fc.record({ name: fc.constantFrom("eth0", "net1", "veth0"), inPod: fc.boolean() }), {
      maxLength: 4,
    }),
    owners: fc.array(
      fc.record({ interface: fc.option(fc.nat(4), { nil: undefined }), gateway: fc.boolean() }),
      { maxLength: 4 },
    ),
  })
  .map(({ names, owners }) =>
    aResult({
      interfaces: names.map(({ name, inPod }) => ({ name, ...(inPod && { sandbox }) })),
      ips: owners.map((owner, index) => ({
        address: `10.0.0.${index}/24`,
        ...(owner.interface !== undefined && { interface: owner.interface }),
        ...(owner.gateway && { gateway: "10.0.0.254" }),
      })),
    }),
  );

test("default is on exactly one entry, and every address is on exactly one", () => {
  fc.assert(
    fc.property(anyResult, anyResult, (first, second) => {
      const plan = { attachments: [primary, anAttachment()] };
      const results = new Map([first, second].map((result, index) => [index, result] as const));
      const statuses = networkStatusOf(plan, results, new Map());
      expect(statuses.filter((status) => status.default)).toHaveLength(1);
      const ips = statuses.flatMap((status) => status.ips ?? []);
      expect(ips).toHaveLength(first.ips.length + second.ips.length);
    }),
  );
});
