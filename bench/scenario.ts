// SPDX-License-Identifier: Apache-2.0

/** The interfaces of the node that the macvlan networks sit on. */
export const masters: readonly string[] = ["lan-a", "lan-b"];

const namespace = "default";

/** One pod as the container runtime knows it. */
export interface BenchPod {
  readonly name: string;
  readonly uid: string;
  readonly containerId: string;
}

/** The `number`-th pod of a group; `group` tells pods apart that are measured in different ways. */
export function benchPod(group: string, number: number): BenchPod {
  const name = `${group}-${number}`;
  return { name, uid: crypto.randomUUID(), containerId: `bench-${name}` };
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

/** `00-multus.conf`: what the container runtime passes to the meta-plugin. */
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

/** What the API server holds: the NADs, and the pods with their annotation. */
export function clusterObjects(pods: readonly BenchPod[]): readonly unknown[] {
  const nads = Object.entries(networks).map(([name, config]) => ({
    apiVersion: "k8s.cni.cncf.io/v1",
    kind: "NetworkAttachmentDefinition",
    metadata: { name, namespace },
    spec: { config: JSON.stringify({ cniVersion: "1.0.0", name, ...config }) },
  }));
  return [...nads, ...pods.map(podObject)];
}

function podObject({ name, uid }: BenchPod): unknown {
  const annotations = { "k8s.v1.cni.cncf.io/networks": Object.keys(networks).join(",") };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, uid, annotations },
    spec: { nodeName: "bench", containers: [{ name: "app", image: "app" }] },
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
