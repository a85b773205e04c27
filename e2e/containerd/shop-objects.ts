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

const networkAnnotation = "k8s.v1.cni.cncf.io/networks";

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
  crowd: [11, 12, 13, 14].map((number) => ({
    ...pod(`crowd-${number}`, number),
    networks: "macvlan,bridge",
  })),
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
  ...Object.values(pods)
    .flat()
    .map((each: TestPod) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        namespace: each.namespace,
        name: each.name,
        uid: each.uid,
        annotations: each.networks === undefined ? {} : { [networkAnnotation]: each.networks },
      },
      spec: { nodeName: "node", containers: [{ name: "main", image: "localhost/none" }] },
      status: { phase: "Pending" },
    })),
];

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
