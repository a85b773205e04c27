// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { distributionFact } from "./distribution-fact.ts";
import { flag, list, mapOf, maybe, shape, text } from "./shapes.ts";

/** A node, as the cluster knows it. */
export const nodeFact = shape("A node, as the cluster knows it", {
  name: text("metadata.name"),
  labels: mapOf("metadata.labels", text("Value")),
  annotations: mapOf(
    "Annotations by which a distribution is recognised; values of arguments that name secrets are left out",
    text("Value"),
  ),
  providerId: maybe(text("spec.providerID")),
  podCidrs: list("spec.podCIDRs", text("CIDR")),
  addresses: list(
    "status.addresses",
    shape("An address", { type: text("InternalIP, Hostname ..."), address: text("The address") }),
  ),
  architecture: maybe(text("status.nodeInfo.architecture")),
  operatingSystem: maybe(text("status.nodeInfo.operatingSystem: linux or windows")),
  osImage: maybe(text("status.nodeInfo.osImage")),
  kernelVersion: maybe(text("status.nodeInfo.kernelVersion")),
  kubeletVersion: maybe(text("status.nodeInfo.kubeletVersion")),
  runtimeVersion: maybe(text("status.nodeInfo.containerRuntimeVersion, such as containerd://2.1.9")),
  isControlPlane: flag("Whether it has a label of the control plane"),
  unschedulable: flag("spec.unschedulable"),
  taints: list(
    "spec.taints",
    shape("A taint", { key: text("Key"), value: maybe(text("Value")), effect: text("Effect") }),
  ),
  ready: shape("The condition Ready", {
    status: text("True, False or Unknown; Unknown when the node has no such condition"),
    reason: text("Its word, may be empty"),
    message: text("Its sentence, may be empty"),
  }),
  distribution: distributionFact,
});

/** A node, as the cluster knows it. */
export type NodeFact = v.InferOutput<typeof nodeFact>;
