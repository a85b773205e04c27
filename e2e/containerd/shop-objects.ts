// SPDX-License-Identifier: Apache-2.0
import { nodeLinks } from "./plures-node.ts";

/** A pod as the tests create it, in the API and as a sandbox. */
export interface TestPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The request annotation; absent when the pod asks for nothing. */
  readonly networks?: string;
}

/** In which a pod asks for networks. */
export const networkAnnotation = "k8s.v1.cni.cncf.io/networks";

/** The pods of the tests by what they are good for. */
export const pods = {
  threeNetworks: { ...pod("till", 1), networks: "macvlan,bridge" },
  plain: pod("shelf", 2),
  system: { ...pod("proxy", 3), namespace: "kube-system" },
  brokenJson: { ...pod("broken-json", 4), networks: "bridge,broken-json" },
  missingNetwork: { ...pod("missing", 5), networks: "not-there" },
  firstOfOne: { ...pod("first-of-one", 7), networks: "one-address" },
  secondOfOne: { ...pod("second-of-one", 8), networks: "bridge,one-address" },
  missingMaster: { ...pod("no-master", 6), networks: "bridge,no-master" },
  crowd: crowd({ count: 4, first: 11, networks: "macvlan,bridge" }),
} as const satisfies Record<string, TestPod | readonly TestPod[]>;

const networks: Readonly<Record<string, string>> = {
  macvlan: network({ type: "macvlan", master: nodeLinks.master, mode: "bridge" }, "10.90.0.0/24"),
  bridge: network({ type: "bridge", bridge: nodeLinks.bridge }, "10.91.0.0/24"),
  // Two usable addresses, one of which is the gateway's.
  "one-address": network({ type: "macvlan", master: nodeLinks.master, mode: "bridge" }, "10.93.0.0/30"),
  "no-master": network({ type: "macvlan", master: "no-such-link" }, "10.92.0.0/24"),
  "broken-json": '{\n  "cniVersion": "1.0.0",\n  "type": "bridge" "ipam": {}\n}',
};

/** Everything that is in the API when a test starts. */
export const shopObjects: readonly unknown[] = [
  ...["shop", "kube-system"].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
  ...Object.entries(networks).map(([name, config]) => ({
    apiVersion: "k8s.cni.cncf.io/v1",
    kind: "NetworkAttachmentDefinition",
    metadata: { namespace: "shop", name },
    spec: { config },
  })),
  ...Object.values(pods).flat().map(podObject),
];

/** A pod as it is in the API when the kubelet begins with it. */
export function podObject({ namespace, name, uid, networks }: TestPod): unknown {
  const annotations = networks === undefined ? {} : { [networkAnnotation]: networks };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name, uid, annotations },
    spec: { nodeName: "node", containers: [{ name: "main", image: "localhost/none" }] },
    status: { phase: "Pending" },
  };
}

/** Pods of `shop` that all want the same; `first` keeps their numbers apart from those of others. */
export function crowd(options: {
  readonly count: number;
  readonly first: number;
  readonly networks: string;
}): readonly TestPod[] {
  const { count, first, networks } = options;
  return Array.from({ length: count }, (_, index) => ({
    ...pod(`crowd-${first + index}`, first + index),
    networks,
  }));
}

function pod(name: string, number: number) {
  return { namespace: "shop", name, uid: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}` };
}

function network(plugin: Readonly<Record<string, unknown>>, subnet: string): string {
  return JSON.stringify({
    cniVersion: "1.0.0",
    ...plugin,
    ipam: { type: "host-local", ranges: [[{ subnet }]] },
  });
}
