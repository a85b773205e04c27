// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { factsOf, knownOf } from "./builders.ts";

const core = { apiVersion: "v1" };

describe("KubeVirt", () => {
  const group = "kubevirt.io/v1";
  const kubeVirt = {
    apiVersion: group,
    kind: "KubeVirt",
    metadata: { name: "kubevirt", namespace: "kubevirt" },
    status: { phase: "Deployed", observedKubeVirtVersion: "v1.4.0" },
  };
  const machine = {
    apiVersion: group,
    kind: "VirtualMachine",
    metadata: { name: "vm", namespace: "default" },
    spec: {
      template: {
        spec: {
          domain: {
            devices: {
              interfaces: [
                { name: "default", model: "virtio", masquerade: {} },
                { name: "lan", bridge: {} },
                { name: "fast", binding: { name: "passt" } },
              ],
            },
          },
          networks: [
            { name: "default", pod: {} },
            { name: "lan", multus: { networkName: "lans/lan" } },
            { name: "fast", pod: {} },
          ],
        },
      },
    },
    status: { printableStatus: "Running" },
  };
  const launcher = {
    ...core,
    kind: "Pod",
    metadata: {
      name: "virt-launcher-vm-x",
      namespace: "default",
      annotations: { "kubevirt.io/domain": "vm" },
    },
    spec: { nodeName: "n1" },
    status: { phase: "Running" },
  };
  const addons = {
    apiVersion: "networkaddonsoperator.network.kubevirt.io/v1",
    kind: "NetworkAddonsConfig",
    metadata: { name: "cluster" },
    spec: { multus: {} },
  };

  test("its machines, their networks and where they run", async () => {
    const { kubevirt, pods } = await factsOf({
      objects: [kubeVirt, machine, launcher, addons],
      apiGroups: ["kubevirt.io", "networkaddonsoperator.network.kubevirt.io"],
    });
    expect(knownOf(kubevirt)).toMatchObject({
      installed: true,
      namespace: "kubevirt",
      version: "v1.4.0",
      phase: "Deployed",
      networkAddons: true,
    });
    expect(knownOf(knownOf(kubevirt).virtualMachines)).toMatchObject([
      {
        namespace: "default",
        name: "vm",
        status: "Running",
        node: "n1",
        networks: [
          { name: "default", binding: "masquerade" },
          { name: "lan", networkName: "lans/lan", binding: "bridge" },
          { name: "fast", binding: "passt" },
        ],
      },
    ]);
    expect(knownOf(pods).listed).toMatchObject([{ virtualMachine: "vm" }]);
  });

  test("its group without any object is installed, and machines that were not recorded are unknown", async () => {
    const facts = await factsOf({ listedKinds: ["KubeVirt"], apiGroups: ["kubevirt.io"] });
    expect(knownOf(facts.kubevirt)).toMatchObject({ installed: true, virtualMachines: { kind: "unknown" } });
  });
});
