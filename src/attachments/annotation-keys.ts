// SPDX-License-Identifier: Apache-2.0

/** Every annotation that we read or write (NPWG de-facto standard 1.3; Multus; the kubelet). */
export const annotationKeys = {
  /** On a pod: the networks that it asks for. */
  networks: "k8s.v1.cni.cncf.io/networks",
  /** On a pod: what it got. */
  networkStatus: "k8s.v1.cni.cncf.io/network-status",
  /** On a pod: another primary network. */
  defaultNetwork: "v1.multus-cni.io/default-network",
  /** On a NAD: the device plugin resource that its attachments take a device of. */
  resourceName: "k8s.v1.cni.cncf.io/resourceName",
  /** On a NAD: whether it is attached side by side with others. */
  attach: "plures.io/attach",
  /** On a static pod: where the kubelet has it from. */
  configSource: "kubernetes.io/config.source",
} as const;
