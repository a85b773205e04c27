// SPDX-License-Identifier: Apache-2.0
import { createWatchedCluster, type WatchedCluster } from "../cluster/watched-cluster.ts";
import type { AgentConfig } from "../node-config/index.ts";
import type { Log } from "../verbs/index.ts";
import type { HostKubeconfig } from "./host-kubeconfig/host-kubeconfig.ts";
import { startHostKubeconfig } from "./host-kubeconfig/start-host-kubeconfig.ts";
import { serveAdminSocket } from "./monitoring/admin-socket.ts";
import { serveHttpInTurn } from "./monitoring/http-in-turn.ts";
import { createMetrics, type Metrics } from "./monitoring/metrics.ts";
import { type Condition, readinessOf } from "./monitoring/readiness-reasons.ts";
import { createStructuredLog } from "./monitoring/structured-log.ts";
import { type KeptNodeConfig, keepNodeConfig } from "./node-config/keep-node-config.ts";
import { type Agent, startAgent } from "./requests/start-agent.ts";
import { sweepSettingsOf } from "./upkeep/run-sweep.ts";
import { createSweepTurns } from "./upkeep/sweep-turns.ts";
import { keepUp } from "./upkeep/upkeep.ts";

/** What the program is told. */
export interface RunAgentOptions {
  /** Options of the command line are in it already. */
  readonly config: AgentConfig;
  readonly nodeName: string;
  /** The API server in the kubeconfig of the host, where it is not the agent's own. */
  readonly hostApiServer: string | undefined;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends it in order: what runs is finished within `graceSeconds`. */
  readonly signal: AbortSignal;
}

/** The agent's parts, as they see each other. */
interface Parts {
  readonly agent: Agent;
  readonly cluster: WatchedCluster;
  readonly nodeConfig: KeptNodeConfig;
  readonly hostKubeconfig: HostKubeconfig | undefined;
  readonly metrics: Metrics;
}

type Stop = () => unknown;

/** A watch that has said nothing for so long is not under way. */
const oldestReadyMs = 5 * 60_000;

/**
 * Runs the agent until the signal. Rejects with a CniError when it cannot begin, code 7 for what it was told,
 * code 5 for a port or a folder; what has begun is ended then.
 */
export async function runAgent(options: RunAgentOptions): Promise<void> {
  const { config, signal } = options;
  const log = createStructuredLog({ level: config.logLevel, fields: { node: options.nodeName } });
  const stops: Stop[] = [];
  try {
    log("verbose", "the agent begins", { version: options.version });
    const parts = begin(options, log, stops);
    await show(parts, { config, log, stops });
    await aborted(signal);
    log("verbose", "the agent was told to end, and finishes what runs", {
      atMostSeconds: config.graceSeconds,
    });
    await parts.agent.server.drain(config.graceSeconds * 1000);
    await parts.cluster.drain(1000);
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

function begin(options: RunAgentOptions, log: Log, stops: Stop[]): Parts {
  const { config, nodeName, env, version } = options;
  const ended = new AbortController();
  stops.push(() => ended.abort());
  const common = { kubeconfig: config.kubeconfig, env, log, signal: ended.signal };
  // Its sources are asked when somebody collects, and all parts are there by then.
  const metrics = createMetrics({
    version,
    queue: () => agent.queue,
    watchAges: () => cluster.ages(),
    journalEntries: () => upkeep.journalEntries(),
    podsDetached: () => upkeep.podsDetached(),
    leaks: () => sweepTurns.leaks(),
    nodeConfigState: () => (nodeConfig.state().isInPlace ? "in-place" : "not-in-place"),
    hostKubeconfigExpires: () => hostKubeconfig?.state().expires,
  });
  // First of all: what an earlier agent left dies with that agent's pod.
  const hostKubeconfig = keepIfAsked(options, {
    ...common,
    tell: ({ kind }) => metrics.hostKubeconfigWrite(kind === "written" ? "ok" : "failed"),
  });
  const cluster = createWatchedCluster({ ...common, nodeName });
  stops.push(() => cluster.close());
  const sweepTurns = createSweepTurns(config.sweepSeconds * 1000);
  const agent = startAgent({
    socketDir: config.socketDir,
    software: `plures ${version}`,
    limit: config.connectionLimit,
    clusterFor: (view) => cluster.forRequest(view),
    log,
    sweep: sweepSettingsOf(config),
    sweepTurns,
    metrics,
  });
  stops.push(() => agent.server.close());
  const nodeConfig = keepNodeConfig({
    ...common,
    config,
    kubeconfig: config.hostKubeconfig,
    tell: (event) => void cluster.emitNodeEvent(event),
  });
  stops.push(() => nodeConfig.stop());
  const upkeep = keepUp({ config, cluster, isOurTurn: () => agent.server.role === "serving", ...common });
  return { agent, cluster, nodeConfig, hostKubeconfig, metrics };
}

function keepIfAsked(
  { config, hostApiServer }: RunAgentOptions,
  common: Omit<Parameters<typeof startHostKubeconfig>[0], "path" | "server">,
): HostKubeconfig | undefined {
  const path = config.hostKubeconfig;
  return path === undefined ? undefined : startHostKubeconfig({ ...common, path, server: hostApiServer });
}

async function show(
  parts: Parts,
  { config, log, stops }: { readonly config: AgentConfig; readonly log: Log; readonly stops: Stop[] },
): Promise<void> {
  const admin = serveAdminSocket(config.socketDir);
  stops.push(() => admin.stop());
  if (config.listen === undefined) return;
  const http = await serveHttpInTurn({
    address: config.listen,
    metrics: parts.metrics,
    isReady: () => readinessOf(conditionsOf(parts)),
    isHealthy: () => true,
    isOurTurn: () => parts.agent.server.role !== "standing-by",
    log,
  });
  stops.push(() => http.stop());
}

function conditionsOf({ cluster, nodeConfig, hostKubeconfig }: Parts): readonly Condition[] {
  return [
    () => {
      const { isInPlace, waitingFor } = nodeConfig.state();
      return isInPlace ? undefined : (waitingFor ?? "the node's CNI configuration is not written yet");
    },
    () => whySilent(cluster),
    () => {
      if (hostKubeconfig === undefined || hostKubeconfig.state().expires !== undefined) return undefined;
      return hostKubeconfig.state().problem?.message ?? "the kubeconfig of the host is not written yet";
    },
  ];
}

function whySilent(cluster: WatchedCluster): string | undefined {
  const { pods, networks } = cluster.ages();
  if (Math.max(pods, networks) < oldestReadyMs) return undefined;
  const problems = cluster.problems();
  return (problems.pods ?? problems.networks)?.message ?? "pods and networks are not listed yet";
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
