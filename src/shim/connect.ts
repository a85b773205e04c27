// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import { createCluster } from "../cluster/index.ts";
import type { CniRequest, CniVerb } from "../cni/index.ts";
import {
  allocatedDevices,
  createAttachmentRecords,
  createDeviceInfoFiles,
  createJournal,
  createLog,
  createMultusCache,
  createNetworkFiles,
  createPlainPods,
  createPluginRunner,
  createPodNamespace,
  waitForFile,
} from "../host/index.ts";
import type { Cluster, Log, PluginRunner, VerbPorts } from "../verbs/index.ts";
import { clusterWithoutAgent } from "./cluster-without-agent.ts";
import { startedByUs } from "./nested-start.ts";
import { withinFolders } from "./within-folders.ts";

/** How long a request may take, with an agent and without. */
export const patience = {
  /** Beyond the deadline of an ADD, so that what it did can be taken back before the kubelet gives up. */
  undoMs: 15_000,
  /**
   * For one question to the API, and at most half of what is left: pods of system namespaces start without an
   * answer, and the kubelet asks again for the others.
   */
  apiMs: 10_000,
} as const;

/** Our state below `cniDir`, beside upstream's. */
export function statePaths(cniDir: string) {
  return {
    journal: `${cniDir}/plures/journal`,
    versions: `${cniDir}/plures/versions.json`,
    plainPods: `${cniDir}/plures/plain-pods.json`,
    records: `${cniDir}/plures/attachments.jsonl`,
  } as const;
}

/** What one call of the plugin is connected for. */
export interface Connection {
  readonly config: MultusConfig;
  readonly request: CniRequest;
  /** Comes when the runtime ends us. */
  readonly signal: AbortSignal;
  /** Instead of the API that the kubeconfig names. */
  readonly cluster?: Cluster | undefined;
  /** Why the node's agent is not asked, for errors; a configuration may say that it should be. */
  readonly withoutAgent?: string;
  /** The only folders of plugins; those of the configuration and the journal unless told. */
  readonly folders?: readonly string[] | undefined;
}

/**
 * The outside world for one call: this host and the cluster of the configuration. Nothing is opened before it
 * is used.
 */
export function connect(connection: Connection): VerbPorts {
  const { config, request, signal, cluster, withoutAgent, folders } = connection;
  const log = createLog({ ...config.log, file: config.log.file || undefined });
  if (withoutAgent !== undefined && config.daemonSocketDir !== "")
    log("error", "the node's agent cannot be asked, the plugin goes on alone", { reason: withoutAgent });
  const startedAt = performance.now();
  const state = statePaths(config.cniDir);
  const msLeft = (verb: CniVerb = request.verb) =>
    startedAt + config.deadlineSeconds * 1000 - performance.now() + (verb === "DEL" ? patience.undoMs : 0);
  const runner = createPluginRunner({ versionsFile: state.versions, deadline: msLeft, signal, log });
  return {
    plugins: markStarted(folders === undefined ? runner : withinFolders(runner, folders)),
    journal: createJournal(state.journal),
    multusCache: createMultusCache(config.cniDir),
    podNamespace: createPodNamespace(),
    cluster:
      cluster ??
      clusterOf(config, {
        deadline: () => Math.min(msLeft() / 2, patience.apiMs),
        signal,
        log,
        withoutAgent: withoutAgent ?? "there is none",
      }),
    files: createNetworkFiles(),
    devices: {
      ...createDeviceInfoFiles(),
      allocatedTo: (pod) => allocatedDevices({ kubeletDir: config.kubeletDir, pod, timeoutMs: msLeft() }),
    },
    plainPods: createPlainPods(state.plainPods),
    records: createAttachmentRecords({ path: state.records, by: "plugin", log }),
    waitForFile: (path, howLong) =>
      waitForFile(path, { deadlineMs: howLong === "at-once" ? 0 : msLeft(), signal }),
    log,
    now: () => performance.now(),
  };
}

/** As a shim does with the plugins that an agent names. */
function markStarted(plugins: PluginRunner): PluginRunner {
  return {
    ...plugins,
    run: (invocation, options) => {
      const environment = { ...invocation.environment, ...startedByUs };
      return plugins.run({ ...invocation, environment }, options);
    },
  };
}

interface ClusterLimits {
  readonly deadline: () => number;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly withoutAgent: string;
}

function clusterOf(
  { kubeconfig, isForDaemon }: MultusConfig,
  { withoutAgent, ...limits }: ClusterLimits,
): Cluster | undefined {
  if (kubeconfig !== "") return createCluster({ kubeconfig, ...limits });
  return isForDaemon ? clusterWithoutAgent(withoutAgent) : undefined;
}
