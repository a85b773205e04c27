// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { annotationKeys, type PodEvent } from "../../attachments/index.ts";
import type { NodePod } from "../../cluster/index.ts";
import { detachedEvent, findDetached, watchForDetached } from "./find-detached.ts";

function aNodePod(changes: Partial<NodePod> & { networks?: string; status?: unknown } = {}): NodePod {
  const { networks = "mv-a", status, ...rest } = changes;
  return {
    namespace: "default",
    name: "web",
    uid: "uid-1",
    nodeName: "node-a",
    phase: "Running",
    hostNetwork: false,
    isDeleting: false,
    annotations: {
      [annotationKeys.networks]: networks,
      ...(status !== undefined && {
        [annotationKeys.networkStatus]: typeof status === "string" ? status : JSON.stringify(status),
      }),
    },
    ...rest,
  };
}

const primary = { name: "cbr0", interface: "eth0", default: true };
const attached = (name: string, interfaceName: string) => ({ name, interface: interfaceName });
const two = '[{"name":"mv-a","interface":"data0"},{"name":"mv-a"}]';

const rows: readonly { name: string; pod: NodePod; missing: readonly string[] }[] = [
  { name: "no status at all", pod: aNodePod(), missing: ["default/mv-a"] },
  { name: "the primary only", pod: aNodePod({ status: [primary] }), missing: ["default/mv-a"] },
  { name: "attached", pod: aNodePod({ status: [primary, attached("default/mv-a", "net1")] }), missing: [] },
  { name: "asks for nothing", pod: aNodePod({ networks: "" }), missing: [] },
  {
    name: "a network of another namespace",
    pod: aNodePod({ networks: "other/mv-a", status: [attached("default/mv-a", "net1")] }),
    missing: ["other/mv-a"],
  },
  {
    name: "twice asked for, once there",
    pod: aNodePod({ networks: "mv-a,mv-a", status: [attached("default/mv-a", "net1")] }),
    missing: ["default/mv-a"],
  },
  {
    name: "the one with an interface name is there",
    pod: aNodePod({ networks: two, status: [attached("default/mv-a", "data0")] }),
    missing: ["default/mv-a"],
  },
  {
    name: "the one with an interface name is missing",
    pod: aNodePod({ networks: two, status: [attached("default/mv-a", "net1")] }),
    missing: ["default/mv-a as data0"],
  },
  {
    name: "more than was asked for: hot-plugged",
    pod: aNodePod({ status: [attached("default/mv-b", "net2"), attached("default/mv-a", "net1")] }),
    missing: [],
  },
  { name: "a status that is no JSON", pod: aNodePod({ status: "[{" }), missing: ["default/mv-a"] },
  {
    name: "an annotation that nobody can read",
    pod: aNodePod({ networks: '[{"name":' }),
    missing: ["the networks of its annotation, which cannot be read"],
  },
  { name: "not running yet", pod: aNodePod({ phase: "Pending" }), missing: [] },
  { name: "finished", pod: aNodePod({ phase: "Succeeded" }), missing: [] },
  { name: "being deleted", pod: aNodePod({ isDeleting: true }), missing: [] },
  { name: "in the host's network", pod: aNodePod({ hostNetwork: true }), missing: [] },
  {
    name: "of a system namespace, which has no status",
    pod: aNodePod({ namespace: "kube-system" }),
    missing: [],
  },
];

test.each(rows)("$name", ({ pod, missing }) => {
  const found = findDetached([pod], ["kube-system"]);
  expect(found).toEqual(missing.length === 0 ? [] : [{ pod, missing }]);
});

test("the event names what is missing and the way out", () => {
  expect(detachedEvent({ pod: aNodePod(), missing: ["default/mv-a", "default/mv-b"] })).toEqual({
    type: "Warning",
    reason: "NetworksMissing",
    message:
      "the pod runs without default/mv-a, default/mv-b; delete it, so that it starts anew with its networks",
  });
});

test("each pod gets one event, once it has lacked them for a while; every look is counted", async () => {
  const controller = new AbortController();
  const events: PodEvent[] = [];
  const counts: number[] = [];
  let pods = [aNodePod()];
  const watching = watchForDetached({
    pods: () => pods,
    cluster: { emitEvent: async (_, event) => void events.push(event) },
    systemNamespaces: [],
    signal: controller.signal,
    log: () => {},
    tell: (count) => counts.push(count),
    everyMs: 5,
    settleMs: 40,
  });
  expect(counts).toEqual([1]);
  await Bun.sleep(15);
  expect(events).toEqual([]);
  await Bun.sleep(100);
  expect(events.length).toBe(1);
  pods = [aNodePod({ uid: "uid-2" })];
  await Bun.sleep(100);
  expect(events.length).toBe(2);
  pods = [];
  await Bun.sleep(20);
  expect(counts.at(-1)).toBe(0);
  controller.abort();
  await watching;
});
