// SPDX-License-Identifier: Apache-2.0
import type { AgentNode } from "./agent-node.ts";
import { crowd, networkAnnotation, podObject, type TestPod } from "./shop-objects.ts";
import { failureOf, removePod, runPod } from "./test-pods.ts";
import { podInterfaces } from "./traces.ts";

/** Starts a pod with what a kubelet says of it. */
export function run({ containerd }: AgentNode, pod: TestPod): Promise<string> {
  const asks = pod.networks === undefined ? {} : { [networkAnnotation]: pod.networks };
  return runPod(containerd, pod, { "kubernetes.io/config.source": "api", ...asks });
}

/** The names of a pod's interfaces, sorted. */
export async function interfaceNames({ containerd }: AgentNode, id: string): Promise<readonly string[]> {
  const { netns } = await containerd.cri.podSandboxStatus(id);
  return (await podInterfaces(containerd.node, netns)).map(({ name }) => name);
}

/** Starts pods with three networks and takes them away, two at a time, at least 20, until `isEnough`. */
export async function letPodsComeAndGo(node: AgentNode, isEnough: () => boolean) {
  const waiting = [...crowd({ count: 400, first: 100, networks: "macvlan,bridge" })];
  const came: TestPod[] = [];
  const failures: string[] = [];
  const oneAfterAnother = async (): Promise<void> => {
    for (let pod = waiting.shift(); pod !== undefined; pod = waiting.shift()) {
      node.api.seed(podObject(pod));
      const failure = await failureOf(comeAndGo(node, pod));
      if (failure === "nothing failed") came.push(pod);
      else failures.push(failure);
      if (came.length + failures.length >= 20 && isEnough()) return;
    }
  };
  await Promise.all([oneAfterAnother(), oneAfterAnother()]);
  return { came, failures };
}

async function comeAndGo(node: AgentNode, pod: TestPod): Promise<void> {
  const id = await run(node, pod);
  const names = await interfaceNames(node, id);
  await removePod(node.containerd, id);
  if (names.join() !== "eth0,net1,net2") throw new Error(`${pod.name} had ${names.join()}`);
}
