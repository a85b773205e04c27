// SPDX-License-Identifier: Apache-2.0

/** The interfaces of the node that the macvlan networks sit on. */
export const masters: readonly string[] = ["lan-a", "lan-b"];

const namespace = "default";

/** One pod as the container runtime knows it. */
export interface BenchPod {
  readonly name: string;
  readonly uid: string;
  readonly containerId: string;
  /** The node that it is on. */
  readonly node: string;
}

/**
 * The `number`-th pod of a group on `node`; `group` tells pods apart that are measured in different ways.
 */
export function benchPod(group: string, number: number, node: string): BenchPod {
  const name = `${group}-${number}`;
  return { name, uid: crypto.randomUUID(), containerId: `bench-${name}`, node };
}

const hostLocal = (subnet: string) => ({ type: "host-local", ranges: [[{ subnet }]] });

/**
 * The cluster's own network, as most CNI installations write it: a bridge with addresses, then port mappings.
 */
export const primaryConflist = JSON.stringify({
  cniVersion: "1.0.0",
  name: "cbr0",
  plugins: [
    {
      type: "bridge",
      bridge: "cbr0",
      isGateway: true,
      hairpinMode: true,
      ipam: { ...hostLocal("10.42.0.0/22"), routes: [{ dst: "0.0.0.0/0" }] },
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
});

const networks: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "mv-a": { type: "macvlan", master: masters[0], mode: "bridge", ipam: hostLocal("192.168.8.0/22") },
  "mv-b": { type: "macvlan", master: masters[1], mode: "bridge", ipam: hostLocal("192.168.12.0/22") },
  "br-c": { type: "bridge", bridge: "br-c", ipam: hostLocal("192.168.16.0/22") },
};

/** Files and folders of the node, all absolute. */
export interface NodePaths {
  readonly primaryFile: string;
  readonly cniDir: string;
  readonly binDir: string;
  readonly kubeconfig: string;
}

/** `00-multus.conf` of a node without agent: what the container runtime passes to the meta-plugin. */
export function multusConfig(paths: NodePaths): string {
  return JSON.stringify({
    cniVersion: "1.0.0",
    name: "multus-cni-network",
    type: "multus",
    capabilities: { portMappings: true },
    clusterNetwork: paths.primaryFile,
    kubeconfig: paths.kubeconfig,
    cniDir: paths.cniDir,
    binDir: paths.binDir,
    logToStderr: false,
  });
}

/** What the API server holds: the pods with their annotation, and so many NADs, three of which they use. */
export function clusterObjects(pods: readonly BenchPod[], nads = 3): readonly unknown[] {
  const used = Object.entries(networks);
  const others = Array.from({ length: nads - used.length }, (_, number) => unusedNetwork(number));
  return [...[...used, ...others].map(nadObject), ...pods.map(podObject)];
}

function unusedNetwork(number: number): readonly [string, Readonly<Record<string, unknown>>] {
  const ipam = hostLocal(`172.16.${number % 256}.0/24`);
  return [`vlan-${number}`, { type: "vlan", master: masters[0], vlanId: number, ipam }];
}

/** With the copy of itself that `kubectl apply` leaves. */
function nadObject([name, config]: readonly [string, Readonly<Record<string, unknown>>]): unknown {
  const spec = { config: JSON.stringify({ cniVersion: "1.0.0", name, ...config }) };
  const object = { apiVersion: "k8s.cni.cncf.io/v1", kind: "NetworkAttachmentDefinition" };
  const applied = JSON.stringify({ ...object, metadata: { name, namespace }, spec });
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": applied };
  return { ...object, metadata: { name, namespace, annotations }, spec };
}

/** About as long as a pod of the API is: 5 KB. */
function podObject({ name, uid, node }: BenchPod): unknown {
  const annotations = { "k8s.v1.cni.cncf.io/networks": Object.keys(networks).join(",") };
  const env = Array.from({ length: 40 }, (_, number) => ({
    name: `SETTING_${number}`,
    value: `of the application in the pod ${name}, number ${number}`,
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, uid, annotations, labels: { app: name } },
    spec: { nodeName: node, containers: [{ name: "app", image: "app", env }] },
    status: { phase: "Pending" },
  };
}

/** CNI_ARGS as containerd writes them. */
export function cniArgs({ name, uid, containerId }: BenchPod): string {
  return [
    "IgnoreUnknown=1",
    `K8S_POD_NAMESPACE=${namespace}`,
    `K8S_POD_NAME=${name}`,
    `K8S_POD_INFRA_CONTAINER_ID=${containerId}`,
    `K8S_POD_UID=${uid}`,
  ].join(";");
}
