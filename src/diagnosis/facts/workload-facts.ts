// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { factOf } from "./fact.ts";
import { flag, list, maybe, number, oneOf, shape, text, time } from "./shapes.ts";

/** A pod that asks for networks, is of a Multus or a virtual machine, or does not start. */
export const podFact = shape(
  "A pod that asks for networks, is of a Multus or a virtual machine, or does not start",
  {
    namespace: text("Its namespace"),
    name: text("Its name"),
    uid: text("metadata.uid"),
    node: maybe(text("Its node")),
    phase: text("status.phase"),
    createdAt: maybe(time("metadata.creationTimestamp")),
    deletingSince: maybe(time("metadata.deletionTimestamp")),
    hostNetwork: flag("hostNetwork"),
    owner: maybe(text("Kind and name of its controller, such as DaemonSet/kube-multus-ds")),
    virtualMachine: maybe(text("Name of the virtual machine that it runs")),
    ready: flag("The condition Ready"),
    networks: maybe(text("Annotation k8s.v1.cni.cncf.io/networks")),
    defaultNetwork: maybe(text("Annotation v1.multus-cni.io/default-network")),
    networkStatus: maybe(text("Annotation k8s.v1.cni.cncf.io/network-status")),
    containers: list(
      "Containers that wait, have failed or were restarted",
      shape("A container", {
        name: text("Its name"),
        state: oneOf("state", ["waiting", "running", "terminated"]),
        reason: maybe(text("Reason of the state, or of the last end")),
        message: maybe(text("Message of the state, or of the last end")),
        exitCode: maybe(number("Exit code of the last end")),
        restarts: number("restartCount"),
      }),
    ),
  },
);

/** A pod that asks for networks, is of a Multus or a virtual machine, or does not start. */
export type PodFact = v.InferOutput<typeof podFact>;

/** Numbers over all pods, and those that matter one by one. */
export const podsFact = shape("The pods", {
  total: number("How many there are"),
  withNetworks: number("How many ask for networks"),
  listed: list("Those that ask for networks, are of a Multus or a virtual machine, or do not start", podFact),
});

/** Numbers over all pods, and those that matter one by one. */
export type PodsFact = v.InferOutput<typeof podsFact>;

/** An event about networks of pods, or about a Multus. */
export const eventFact = shape("An event about networks of pods, or about a Multus", {
  namespace: text("Namespace of the object"),
  kind: text("Kind of the object"),
  name: text("Name of the object"),
  type: text("Normal or Warning"),
  reason: text("reason"),
  message: text("message"),
  count: number("How often it was seen"),
  firstSeen: maybe(time("When it was seen first")),
  lastSeen: maybe(time("When it was seen last")),
  node: maybe(text("Node that reports it")),
});

/** An event about networks of pods, or about a Multus. */
export type EventFact = v.InferOutput<typeof eventFact>;

/** A virtual machine of KubeVirt. */
export const virtualMachineFact = shape("A virtual machine of KubeVirt", {
  namespace: text("Its namespace"),
  name: text("Its name"),
  status: maybe(text("status.printableStatus")),
  node: maybe(text("Node that it runs on")),
  networks: list(
    "Its networks",
    shape("A network", {
      name: text("Name in the virtual machine"),
      networkName: maybe(text("NetworkAttachmentDefinition; absent for the pod's own network")),
      binding: maybe(text("bridge, masquerade, sriov, or a binding plugin")),
    }),
  ),
});

/** A virtual machine of KubeVirt. */
export type VirtualMachineFact = v.InferOutput<typeof virtualMachineFact>;

/** KubeVirt, and what belongs to it. */
export const kubevirtFact = shape("KubeVirt, and what belongs to it", {
  installed: flag("Whether its API is there"),
  namespace: maybe(text("Its namespace")),
  version: maybe(text("status.observedKubeVirtVersion")),
  phase: maybe(text("status.phase")),
  networkAddons: maybe(flag("Whether its cluster network addons operator is asked for Multus")),
  virtualMachines: factOf(list("Its virtual machines", virtualMachineFact)),
});

/** KubeVirt, and what belongs to it. */
export type KubevirtFact = v.InferOutput<typeof kubevirtFact>;
