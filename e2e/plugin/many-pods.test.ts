// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { inspectPod } from "../../src/host/sandbox/index.ts";
import { nothing, podLinks, settledLeftovers } from "./leftovers.ts";
import { networkStatusOf } from "./network-status.ts";
import { type PluginNode, startNode } from "./node.ts";
import { nadObject, type TestPod, usualNetworks } from "./objects.ts";
import { call, makePod, mustCall, removeNamespace } from "./runtime.ts";

const count = 20;

const singleAddress = nadObject("single", {
  cniVersion: "1.0.0",
  type: "bridge",
  bridge: "br-single",
  ipam: { type: "host-local", subnet: "10.9.9.0/24", rangeStart: "10.9.9.9", rangeEnd: "10.9.9.9" },
});

let node: PluginNode;
let baseline: readonly string[];

beforeAll(async () => {
  node = await startNode([...usualNetworks, singleAddress]);
  baseline = await podLinks(node);
});

afterAll(async () => {
  await node?.stop();
});

test(`${count} pods at once, three networks each: addresses of their own, a status each, nothing left`, async () => {
  const pods = await Promise.all(Array.from({ length: count }, () => makePod(node, "lan,data@data0")));
  const results = await Promise.all(pods.map((pod) => mustCall(node, { verb: "ADD", pod })));

  const inPods = await Promise.all(pods.map(interfacesOf));
  const named = inPods.map((interfaces) => interfaces.map(({ name, kind }) => `${name} ${kind}`));
  expect(named).toEqual(pods.map(() => ["eth0 veth", "net1 macvlan", "data0 veth"]));
  const addresses = inPods.flat().flatMap((each) => each.addresses);
  expect(new Set(addresses).size).toBe(3 * count);
  expect(new Set(inPods.flat().map(({ mac }) => mac)).size).toBe(3 * count);
  const answered: readonly unknown[] = results.map((text) => JSON.parse(text).ips[0].address);
  expect(answered).toEqual(inPods.map(([primary]) => primary?.addresses[0]));
  expect(pods.map((pod) => networkStatusOf(node, pod))).toMatchObject(inPods.map(expectedStatus));

  await Promise.all(pods.map((pod) => mustCall(node, { verb: "DEL", pod })));
  expect(await Promise.all(pods.map(interfacesOf))).toEqual(pods.map(() => []));
  await expectNothingLeft(pods);
}, 120_000);

test("of five pods that want the only address one gets it, and the others leave nothing", async () => {
  const pods = await Promise.all(Array.from({ length: 5 }, () => makePod(node, "lan,single")));
  const endings = await Promise.all(pods.map((pod) => call(node, { verb: "ADD", pod })));
  expect(endings.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1, 1, 1, 1]);
  const attached = await Promise.all(pods.map(interfacesOf));
  expect(attached.map(({ length }) => length).sort()).toEqual([0, 0, 0, 0, 3]);
  await Promise.all(pods.map((pod) => mustCall(node, { verb: "DEL", pod })));
  await expectNothingLeft(pods);
}, 60_000);

async function interfacesOf(pod: TestPod) {
  return (await inspectPod(node.path(pod.netns))).interfaces;
}

async function expectNothingLeft(pods: readonly TestPod[]): Promise<void> {
  await Promise.all(pods.map((pod) => removeNamespace(node, pod)));
  expect(await settledLeftovers(node, baseline)).toEqual(nothing);
}

function expectedStatus(interfaces: Awaited<ReturnType<typeof interfacesOf>>) {
  const names = ["cbr0", "default/lan", "default/data"];
  return interfaces.map(({ name, mac, addresses }, index) => ({
    name: names[index],
    interface: name,
    mac,
    ips: addresses.map((address) => address.replace(/\/\d+$/, "")),
    ...(index === 0 ? { default: true } : {}),
  }));
}
