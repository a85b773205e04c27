// SPDX-License-Identifier: Apache-2.0
import { expect } from "bun:test";
import { basename } from "node:path";
import { type Ending, nodeEnvironment, runOrThrow } from "../containerd/processes.ts";
import type { PluginNode } from "./node.ts";
import { podObject, primaryNetwork, type TestPod } from "./objects.ts";

export type Verb = "ADD" | "DEL" | "CHECK" | "GC" | "STATUS";

/** One call of the plugin, as a container runtime makes it. */
export interface Call {
  readonly verb: Verb;
  readonly pod?: TestPod;
  /** Over the node's configuration; a key that is undefined is not in it. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Over the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Instead of a configuration. */
  readonly stdin?: string;
}

/** A call that has begun. */
export interface RunningCall {
  readonly pid: number;
  readonly ended: Promise<Ending>;
  /**
   * SIGKILL to the plugin alone, as the kernel's memory killer does; waits for its end. Fine when it has
   * ended.
   */
  kill(): Promise<void>;
}

/** The configuration that the runtime passes. */
export function nodeConfig(node: PluginNode): Readonly<Record<string, unknown>> {
  return {
    cniVersion: "1.1.0",
    name: "multus-cni-network",
    type: "multus",
    binDir: node.binDir,
    kubeconfig: node.kubeconfig,
    logToStderr: false,
    logFile: `${node.workDir}/multus.log`,
    logLevel: "debug",
    delegates: [primaryNetwork],
  };
}

/** Starts the plugin for a call. */
export function startCall(node: PluginNode, { verb, pod, config, environment, stdin }: Call): RunningCall {
  const child = Bun.spawn([...node.inside([`${node.binDir}/multus`])], {
    env: { ...nodeEnvironment, CNI_COMMAND: verb, CNI_PATH: node.binDir, ...ofPod(pod), ...environment },
    stdin: Buffer.from(stdin ?? JSON.stringify({ ...nodeConfig(node), ...config })),
    stdout: "pipe",
    stderr: "pipe",
  });
  const ended = (async () => {
    const outputs = [new Response(child.stdout).text(), new Response(child.stderr).text()] as const;
    const [stdout, stderr] = await Promise.all(outputs);
    return { exitCode: await child.exited, stdout, stderr };
  })();
  return {
    pid: child.pid,
    ended,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function ofPod(pod: TestPod | undefined): Readonly<Record<string, string>> {
  if (pod === undefined) return {};
  const args = {
    IgnoreUnknown: "1",
    K8S_POD_NAMESPACE: pod.namespace,
    K8S_POD_NAME: pod.name,
    K8S_POD_INFRA_CONTAINER_ID: pod.containerId,
    K8S_POD_UID: pod.uid,
  };
  return {
    CNI_CONTAINERID: pod.containerId,
    CNI_NETNS: pod.netns,
    CNI_IFNAME: "eth0",
    CNI_ARGS: Object.entries(args)
      .map((pair) => pair.join("="))
      .join(";"),
  };
}

/** One call to its end. */
export async function call(node: PluginNode, options: Call): Promise<Ending> {
  return startCall(node, options).ended;
}

/** One call that must succeed; gives what it printed. */
export async function mustCall(node: PluginNode, options: Call): Promise<string> {
  const { exitCode, stdout, stderr } = await call(node, options);
  expect(`${options.verb} ended with ${exitCode} ${exitCode === 0 ? "" : stdout}${stderr}`).toBe(
    `${options.verb} ended with 0 `,
  );
  return stdout;
}

/** GC that the runtime does when it knows of `valid` containers only. */
export function gcCall(valid: readonly TestPod[]): Call {
  const attachments = valid.map(({ containerId }) => ({ containerID: containerId, ifname: "eth0" }));
  return { verb: "GC", config: { "cni.dev/valid-attachments": attachments } };
}

let pods = 0;

/** A pod that the API knows, and that has no namespace yet. */
export function announcePod(node: PluginNode, networks?: string, namespace = "default"): TestPod {
  pods += 1;
  const number = String(pods).padStart(4, "0");
  const pod: TestPod = {
    namespace,
    name: `pod-${number}`,
    uid: `00000000-0000-4000-8000-00000000${number}`,
    containerId: `c${number}`.padEnd(64, "0"),
    netns: `/run/netns/pod-${number}`,
    networks,
  };
  node.api.seed(podObject(pod));
  return pod;
}

/** Makes a pod: its object in the API, and a network namespace. */
export async function makePod(node: PluginNode, networks?: string, namespace?: string): Promise<TestPod> {
  const pod = announcePod(node, networks, namespace);
  await makeNamespace(node, pod);
  return pod;
}

export async function makeNamespace(node: PluginNode, pod: TestPod): Promise<void> {
  await runOrThrow(node.inside(["ip", "netns", "add", basename(pod.netns)]));
}

/** Takes a pod's namespace away, and with it what is in there. */
export async function removeNamespace(node: PluginNode, pod: TestPod): Promise<void> {
  await runOrThrow(node.inside(["ip", "netns", "del", basename(pod.netns)]));
}
