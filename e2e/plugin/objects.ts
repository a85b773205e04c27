// SPDX-License-Identifier: Apache-2.0

/** A pod of the tests: its identity for the API, and its container for the plugin. */
export interface TestPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly containerId: string;
  /** What CNI_NETNS is. */
  readonly netns: string;
  /** The request annotation. */
  readonly networks: string | undefined;
}

export const networksAnnotation = "k8s.v1.cni.cncf.io/networks";
export const statusAnnotation = "k8s.v1.cni.cncf.io/network-status";

/** The pod as the API has it. */
export function podObject(
  { namespace, name, uid, networks }: TestPod,
  phase: "Pending" | "Running" = "Pending",
): unknown {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace,
      name,
      uid,
      annotations: networks === undefined ? {} : { [networksAnnotation]: networks },
    },
    spec: { nodeName: "node", containers: [{ name: "main", image: "localhost/none" }] },
    status: { phase },
  };
}

/** A NAD of the namespace `default`; `config` is text or what becomes JSON. */
export function nadObject(name: string, config: unknown): unknown {
  return {
    apiVersion: "k8s.cni.cncf.io/v1",
    kind: "NetworkAttachmentDefinition",
    metadata: { namespace: "default", name },
    spec: { config: typeof config === "string" ? config : JSON.stringify(config) },
  };
}

/** host-local over one subnet. */
export function hostLocal(subnet: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return { type: "host-local", ranges: [[{ subnet }]], ...more };
}

/** The networks of most tests: a macvlan on a master of the node, and a bridge. */
export const usualNetworks = [
  nadObject("lan", {
    cniVersion: "1.0.0",
    type: "macvlan",
    master: "v0",
    ipam: hostLocal("192.168.10.0/24"),
  }),
  nadObject("data", {
    cniVersion: "1.0.0",
    type: "bridge",
    bridge: "br-data",
    ipam: hostLocal("10.91.0.0/24"),
  }),
];

/** A chain, so that there is a step between the plugins of one network. */
export const primaryNetwork = {
  cniVersion: "1.0.0",
  name: "cbr0",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      ipam: hostLocal("10.42.0.0/16", { routes: [{ dst: "0.0.0.0/0" }] }),
    },
    { type: "tuning" },
  ],
};
