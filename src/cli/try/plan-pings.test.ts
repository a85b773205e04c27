// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { type Endpoint, planPings } from "./plan-pings.ts";

const lan = { type: "macvlan", master: "eth1" };

function endpoint(pod: string, own: Partial<Endpoint> = {}): Endpoint {
  const addresses = ["192.0.2.10/24"];
  return { pod, interface: "net1", network: "d/lan", addresses, gateways: [], plugin: lan, ...own };
}

const gatewayRows = [
  { plugin: { type: "bridge", isGateway: true }, pinged: ["192.0.2.1"], lans: [], said: undefined },
  { plugin: { type: "bridge", isDefaultGateway: true }, pinged: ["192.0.2.1"], lans: [], said: undefined },
  { plugin: { type: "bridge", bridge: "b" }, pinged: [], lans: [], said: 'the bridge "b" has no address' },
  { plugin: { type: "ptp" }, pinged: ["192.0.2.1"], lans: [], said: undefined },
  {
    plugin: lan,
    pinged: ["192.0.2.1"],
    lans: [{ master: "eth1", addresses: ["192.0.2.1/24"] }],
    said: undefined,
  },
  {
    plugin: { type: "host-device", device: "eth2" },
    pinged: ["192.0.2.1"],
    lans: [{ master: "eth2", addresses: ["192.0.2.1/24"] }],
    said: undefined,
  },
  { plugin: { type: "ovs" }, pinged: [], lans: [], said: 'what is behind plugin "ovs" is not known' },
];

for (const { plugin, pinged, lans, said } of gatewayRows) {
  test(`the gateway of ${JSON.stringify(plugin)} is ${pinged.length === 0 ? "not " : ""}pinged`, () => {
    const plan = planPings([endpoint("d/a", { plugin, gateways: ["192.0.2.1"] })]);
    expect(plan.pings.map(({ to }) => to)).toEqual(pinged);
    expect(plan.lans).toEqual(lans);
    expect(plan.notPinged).toEqual(said === undefined ? [] : [expect.stringContaining(said)]);
  });
}

test("a gateway outside of the interface's networks is told of", () => {
  const { pings, lans, notPinged } = planPings([endpoint("d/a", { gateways: ["198.51.100.1"] })]);
  expect({ pings, lans }).toEqual({ pings: [], lans: [] });
  expect(notPinged).toEqual([
    expect.stringContaining("198.51.100.1: it is in none of the networks of d/a net1"),
  ]);
});

test("the LAN does not take an address that a pod has", () => {
  const { lans } = planPings([
    endpoint("d/a", { gateways: ["192.0.2.1"] }),
    endpoint("d/b", { addresses: ["192.0.2.1/24"] }),
  ]);
  expect(lans).toEqual([]);
});

test("of the pods of a network each pings the next one, in every family that both have", () => {
  const { pings } = planPings([
    endpoint("d/a", { addresses: ["192.0.2.10/24", "2001:db8::a/64"] }),
    endpoint("d/x", { network: "d/other", addresses: ["192.0.2.99/24"] }),
    endpoint("d/b", { addresses: ["192.0.2.11/24", "2001:db8::b/64"] }),
    endpoint("d/c", { addresses: ["192.0.2.12/24", "2001:db8:1::c/64"] }),
  ]);
  expect(pings.map(({ from, to, target }) => [from.pod, to, target])).toEqual([
    ["d/a", "192.0.2.11", "pod d/b net1"],
    ["d/a", "2001:db8::b", "pod d/b net1"],
    ["d/b", "192.0.2.12", "pod d/c net1"],
  ]);
});

test("a pod that is in a network twice does not ping itself, and others ping its first interface", () => {
  const { pings } = planPings([
    endpoint("d/a", { interface: "net1", addresses: ["192.0.2.10/24"] }),
    endpoint("d/a", { interface: "net2", addresses: ["192.0.2.11/24"] }),
    endpoint("d/b", { interface: "net1", addresses: ["192.0.2.12/24"] }),
    endpoint("d/b", { interface: "net2", addresses: ["192.0.2.13/24"] }),
  ]);
  expect(pings.map(({ from, to }) => [from.pod, from.interface, to])).toEqual([
    ["d/a", "net1", "192.0.2.12"],
  ]);
});

for (const plugin of [
  { ...lan, mode: "private" },
  { ...lan, mode: "vepa" },
  { type: "ptp" },
  { type: "ovs" },
]) {
  test(`pods of ${JSON.stringify(plugin)} do not ping each other, and it is said once`, () => {
    const { pings, notPinged } = planPings(["d/a", "d/b", "d/c"].map((pod) => endpoint(pod, { plugin })));
    expect(pings).toEqual([]);
    expect(notPinged).toEqual([expect.stringContaining("the pods of d/lan from each other")]);
  });
}
