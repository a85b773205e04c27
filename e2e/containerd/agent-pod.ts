// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import type { Container, PodSpec, Probe } from "kubernetes-types/core/v1";
import type { SandboxRequest } from "../../src/testing/cri/index.ts";
import { askOverHttp } from "../agent/http-in-node.ts";
import type { PodFacts } from "./agent-container.ts";
import { podContainers } from "./agent-containers.ts";
import type { AgentDeployment } from "./agent-deployment.ts";
import { makeVolumes, writeVolume } from "./agent-volumes.ts";
import type { Containerd } from "./containerd.ts";
import { waitUntil } from "./processes.ts";

/** The agent's pod on a node, started as a kubelet starts it. */
export interface AgentPod {
  readonly sandboxId: string;
  /** What the init containers said. */
  readonly installation: string;
  /** Of the agent, in the node's process namespace; 0 while it does not run. */
  pid(): Promise<number>;
  /** Waits until it is ready; throws with its log after 15 s. */
  untilReady(): Promise<void>;
  /** Waits until a DaemonSet's controller calls it available: ready for as long as the manifest wants. */
  untilAvailable(): Promise<void>;
  /** Starts the agent's container anew and waits until it is ready. */
  startAgent(): Promise<void>;
  /** Ends the agent's container: SIGTERM, and SIGKILL after the pod's grace period. */
  stopAgent(): Promise<void>;
  /** Everything that the agent said, restarts included. */
  log(): Promise<string>;
  /** Ends it in order and takes it away. */
  remove(): Promise<void>;
}

/** What the pod is started from. */
export interface AgentPodOptions {
  readonly containerd: Containerd;
  readonly deployment: Pick<AgentDeployment, "spec" | "minReadySeconds" | "configMaps">;
  readonly serviceAccount: { readonly token: string; readonly ca: string };
  readonly identity: Pick<PodFacts, "nodeName" | "namespace" | "name" | "uid" | "apiServer">;
  /** Where container logs go. */
  readonly logDir: string;
}

/**
 * Starts the pod: its volumes, its sandbox, its init containers to their end, and the agent, for which nobody
 * waits. Throws what would make a kubelet wait or try again.
 */
export async function startAgentPod(options: AgentPodOptions): Promise<AgentPod> {
  const { containerd } = options;
  const { spec, minReadySeconds } = options.deployment;
  const { cri } = containerd;
  const facts = await makeFacts(options);
  const sandbox = sandboxRequest(options);
  const sandboxId = await cri.runPodSandbox(sandbox);
  const made = { cri, sandbox, sandboxId, spec, facts };
  const installers = podContainers(made);
  for (const container of spec.initContainers ?? []) await installers.runToEnd(container);
  const { start, log } = podContainers(made);
  const agent = onlyContainer(spec);
  let agentId: string | undefined = await start(agent);
  // Of two agents on a node, whoever has the port answers for both.
  const isReady = async () => {
    const probes = [agent.startupProbe, agent.livenessProbe, agent.readinessProbe];
    return (await Promise.all(probes.map((each) => isAnswered(containerd, each)))).every(Boolean);
  };
  const stop = async (): Promise<void> => {
    if (agentId === undefined) return;
    await cri.stopContainer(agentId, spec.terminationGracePeriodSeconds ?? 30);
    await cri.removeContainer(agentId);
    agentId = undefined;
  };
  return {
    sandboxId,
    installation: await installers.log(),
    pid: async () => (agentId === undefined ? 0 : (await cri.containerStatus(agentId)).pid),
    untilReady: () => untilReadyFor(0, { isReady, log }),
    untilAvailable: () => untilReadyFor(minReadySeconds, { isReady, log }),
    async startAgent() {
      agentId = await start(agent);
      await untilReadyFor(0, { isReady, log });
    },
    stopAgent: stop,
    log,
    async remove() {
      await stop();
      await cri.stopPodSandbox(sandboxId);
      await cri.removePodSandbox(sandboxId);
    },
  };
}

interface Probed {
  isReady(): Promise<boolean>;
  log(): Promise<string>;
}

/** Waits until all probes are answered with yes for so long; throws with the agent's log after 15 s more. */
async function untilReadyFor(seconds: number, { isReady, log }: Probed): Promise<void> {
  let since = Number.POSITIVE_INFINITY;
  const isAvailable = async (): Promise<boolean> => {
    since = (await isReady()) ? Math.min(since, Date.now()) : Number.POSITIVE_INFINITY;
    if (since + seconds * 1000 <= Date.now()) return true;
    await Bun.sleep(50);
    return false;
  };
  await waitUntil("the agent is ready", isAvailable, (seconds + 15) * 1000).catch(async (cause: unknown) => {
    throw new Error(`the agent did not become ready; it said ${await log()}`, { cause });
  });
}

async function makeFacts(options: AgentPodOptions): Promise<PodFacts> {
  const { containerd, serviceAccount, identity } = options;
  const { spec, configMaps } = options.deployment;
  const { node } = containerd;
  const podDir = `/var/lib/kubelet/pods/${identity.uid}`;
  const serviceAccountDir = join(podDir, "volumes/kubernetes.io~projected/kube-api-access");
  const { token, ca } = serviceAccount;
  await writeVolume(node.path(serviceAccountDir), { token, "ca.crt": ca, namespace: identity.namespace });
  const volumes = await makeVolumes(spec.volumes ?? [], { node, podDir, configMaps });
  return { ...identity, volumes, serviceAccountDir };
}

function sandboxRequest({ containerd, deployment, identity, logDir }: AgentPodOptions): SandboxRequest {
  const { spec } = deployment;
  if (spec.hostNetwork !== true) throw new Error("the agent is there before the pod network: hostNetwork");
  const { namespace, name, uid } = identity;
  const { runAsUser = 0, runAsGroup = 0 } = spec.securityContext ?? {};
  return {
    namespace,
    name,
    uid,
    annotations: { "kubernetes.io/config.source": "api" },
    cgroupParent: containerd.cgroupParent,
    logDirectory: join(logDir, name),
    onHostNetwork: { user: runAsUser, group: runAsGroup },
  };
}

function onlyContainer({ containers }: PodSpec): Container {
  const [container, ...more] = containers;
  if (container === undefined || more.length > 0) throw new Error("the agent's pod has one container");
  return container;
}

async function isAnswered({ node }: Containerd, given: Probe | undefined): Promise<boolean> {
  const { host = "", port, path = "/" } = given?.httpGet ?? {};
  const server = { hostname: host, port: Number(port), path };
  const answer = await askOverHttp(`/proc/${node.pid}/ns/net`, server);
  return answer !== undefined && answer.status >= 200 && answer.status < 400;
}
