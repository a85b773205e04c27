// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { type AttachmentPlan, planAttachments } from "../attachments/index.ts";
import { CniError, parseNetworkConfig } from "../cni/index.ts";
import { createSimulatedHost, type Fault } from "../testing/simulated-host.ts";
import { noProgress } from "./attach.ts";
import { detach } from "./detach.ts";

/** A primary, and further networks with these faults, each with a device of its own. */
function planWith(...faults: readonly Fault[]): AttachmentPlan {
  const networks = ["none" as const, ...faults].map((fault, index) => {
    const text = JSON.stringify({ cniVersion: "1.0.0", name: `n${index}`, type: "sim", fault });
    return {
      role: index === 0 ? ("primary" as const) : ("network" as const),
      label: `default/n${index}`,
      config: parseNetworkConfig(text, "test"),
      selection: undefined,
      device: index === 0 ? undefined : { resourceName: "example.com/nic", deviceId: `0000:0${index}:00.0` },
    };
  });
  return planAttachments({
    request: { containerId: "c1", ifName: "eth0", netns: "/run/netns/x", args: "" },
    config: { runtimeConfig: {}, attach: "parallel" },
    searchDirs: ["/bin"],
    pod: undefined,
    networks,
    versions: new Map(),
  });
}

const at = { netns: "/run/netns/x", searchDirs: ["/bin"] };

test("an ADD that tried nothing runs no plugin when it is undone, and its device info files go all the same", async () => {
  const { ports, atOnce } = createSimulatedHost();
  const removed: string[] = [];
  const devices = { ...ports.devices, removeInfo: async (file: string) => void removed.push(file) };
  const plan = planWith("none", "none");
  const entry = { plan, results: new Map(), origin: "journal" } as const;
  const left = await detach(entry, { ...at, failedAdd: noProgress() }, { ...ports, devices });
  expect([left, atOnce()]).toEqual([[], []]);
  expect(removed).toEqual(plan.attachments.flatMap(({ device }) => device?.infoFile ?? []));
  expect(removed).toHaveLength(2);
});

test("a namespace that cannot be looked into keeps no other network from being taken away", async () => {
  const { ports, atOnce } = createSimulatedHost();
  const podNamespace = {
    ...ports.podNamespace,
    readInterface: async () => {
      throw new CniError(5, 'entering the network namespace "/run/netns/x": EPERM');
    },
  };
  const entry = { plan: planWith("none", "del-once"), results: new Map(), origin: "journal" } as const;
  const left = await detach(entry, at, { ...ports, podNamespace });
  expect(left.map(({ message }) => message)).toEqual([
    expect.stringContaining("refused in DEL"),
    'entering the network namespace "/run/netns/x": EPERM',
  ]);
  expect(atOnce()).toEqual(["DEL net2+net1", "DEL eth0"]);
});
