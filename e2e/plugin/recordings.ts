// SPDX-License-Identifier: Apache-2.0
import { mkdir, symlink } from "node:fs/promises";
import nads from "../../src/attachments/fixtures/recorded-nads.json";
import pods from "../../src/attachments/fixtures/recorded-pods.json";
import requests from "../../src/cni/fixtures/recorded.json";
import type { Ending } from "../containerd/processes.ts";
import type { PluginNode } from "./node.ts";
import { nadObject, networksAnnotation, statusAnnotation, type TestPod } from "./objects.ts";
import { call } from "./runtime.ts";

/** One call that containerd made of upstream Multus, and how it ended. */
export type RecordedRequest = (typeof requests)[number];

/** All recorded calls: ADD and DEL of every pod. */
export const recordedRequests: readonly RecordedRequest[] = requests;

/** The primary network of the recorded node, `10-bridge.conflist`. */
const recordedPrimary = {
  cniVersion: "1.0.0",
  name: "cbr0",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: {
        type: "host-local",
        ranges: [[{ subnet: "10.42.0.0/24" }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};

/** Pods (without the status that upstream wrote) and NADs of the recorded node, for the API. */
export const recordedObjects: readonly unknown[] = [
  ...nads.map(({ name, config }) => nadObject(name, config)),
  ...pods.map(({ namespace, name, uid, annotations }) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name, uid, annotations: requestOf(annotations) },
    spec: { nodeName: "node", containers: [{ name: "main", image: "localhost/none" }] },
    status: { phase: "Pending" },
  })),
];

type Annotations = Readonly<Record<string, string | undefined>>;

function requestOf(annotations: Annotations): Readonly<Record<string, string>> {
  const request = annotations[networksAnnotation];
  return request === undefined ? {} : { [networksAnnotation]: request };
}

/** The network-status that upstream wrote for a pod. */
export function recordedStatus(name: string): unknown {
  const annotations: Annotations = pods.find((pod) => pod.name === name)?.annotations ?? {};
  return JSON.parse(annotations[statusAnnotation] ?? "null");
}

/** A recorded call that can be made again. */
export interface Replayable extends RecordedRequest {
  readonly verb: "ADD" | "DEL";
}

/** The call of a verb for a pod; a DEL that was not recorded is the ADD's with another verb. */
export function recordedRequest(verb: "ADD" | "DEL", pod: string): Replayable {
  const ofPod = recordedRequests.filter(({ name }) => new RegExp(`^(add|del)-${pod}-exit\\d$`).test(name));
  const found = ofPod.find(({ command }) => command === verb) ?? ofPod[0];
  if (found === undefined) throw new Error(`looking for a recorded ${verb}: there is none of "${pod}"`);
  return { ...found, verb };
}

/** The pod of a recorded call. */
export function recordedPod({ env }: RecordedRequest): TestPod {
  const args = new Map(env.CNI_ARGS.split(";").map((pair) => pair.split("=") as [string, string])); // Each has one "=".
  const name = args.get("K8S_POD_NAME") ?? "";
  return {
    namespace: args.get("K8S_POD_NAMESPACE") ?? "",
    name,
    uid: args.get("K8S_POD_UID") ?? "",
    containerId: env.CNI_CONTAINERID,
    // The recorded path, without a symbolic link that leads out of the node.
    netns: env.CNI_NETNS.replace(/^\/var\/run\//, "/run/"),
    networks: undefined,
  };
}

/** Paths of the node under which the recorded ones are found. */
const replayed = { binDir: "/run/cni/bin", clusterNetwork: "/run/cni/10-bridge.conflist" } as const;

/** Gives a node what replays need. */
export async function prepareReplays(node: PluginNode): Promise<void> {
  const { binDir, clusterNetwork } = replayed;
  await mkdir(node.path("/run/cni"));
  await symlink(node.binDir, node.path(binDir));
  await Bun.write(node.path(clusterNetwork), JSON.stringify(recordedPrimary));
}

/**
 * Calls the plugin with what was recorded. Only paths differ, and what upstream's daemon knew and its shim
 * did not: the kubeconfig.
 */
export async function replay(node: PluginNode, { verb, env, stdin }: Replayable): Promise<Ending> {
  const { kubeconfig, workDir } = node;
  const config = { ...JSON.parse(stdin), ...replayed, kubeconfig, logFile: `${workDir}/multus.log` };
  return call(node, {
    verb,
    environment: { ...env, CNI_COMMAND: verb, CNI_PATH: replayed.binDir },
    stdin: JSON.stringify(config),
  });
}
