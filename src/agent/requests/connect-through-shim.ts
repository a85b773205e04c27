// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../../attachments/index.ts";
import type { CniRequest, CniVerb, PluginEnding, PluginInvocation } from "../../cni/index.ts";
import {
  allocatedDevices,
  createDeviceInfoFiles,
  createJournal,
  createMultusCache,
  createNetworkFiles,
  createPlainPods,
  waitForFile,
} from "../../host/index.ts";
import type { VersionMemory } from "../../host/version-memory.ts";
import { patience, statePaths } from "../../shim/index.ts";
import {
  type AttachmentRecords,
  type Cluster,
  type Log,
  podIdentityOf,
  type VerbPorts,
} from "../../verbs/index.ts";
import { guardJournal } from "./guarded-journal.ts";
import { createRemotePlugins } from "./remote-plugins.ts";
import { createRemotePodNamespace } from "./remote-pod-namespace.ts";
import type { Errand } from "./session.ts";

/** What one request of a shim is connected for. */
export interface ShimConnection extends Omit<Errand, "opening"> {
  readonly config: MultusConfig;
  readonly request: CniRequest;
  /** When it came, by `performance.now()`: its deadline counts from there. */
  readonly receivedAt: number;
}

/** What the agent adds to it. */
export interface AgentWorld {
  /** The cluster for one request; undefined when there is none to ask. */
  readonly clusterFor: (limits: {
    readonly deadline: () => number;
    readonly signal: AbortSignal;
    /** Of the pod; undefined when the runtime does not tell. */
    readonly uid: string | undefined;
  }) => Cluster | undefined;
  /** The memory that is kept in the file; one for all requests. */
  readonly versionsIn: (file: string) => VersionMemory;
  /** The records that are kept in the file. */
  readonly recordsIn: (path: string) => AttachmentRecords;
  readonly log: Log;
  /** The log of a node's configuration that names a file. */
  readonly fileLog: (options: MultusConfig["log"]) => Log;
  /** Told of every plugin that ran. */
  readonly pluginRan?: ((invocation: PluginInvocation, ending: PluginEnding) => void) | undefined;
}

/**
 * The outside world for a request that came through a shim: plugins and namespaces are the host's, reached by
 * its hands; files, which lie at the same path here, and the cluster are the agent's.
 */
export function connectThroughShim(connection: ShimConnection, world: AgentWorld): VerbPorts {
  const { config, request, hands, cancelled, receivedAt } = connection;
  const log = logTo(world, config);
  const state = statePaths(config.cniDir);
  const msLeft = (verb: CniVerb = request.verb) =>
    receivedAt + config.deadlineSeconds * 1000 - performance.now() + (verb === "DEL" ? patience.undoMs : 0);
  return {
    plugins: createRemotePlugins({
      hands,
      deadline: msLeft,
      signal: cancelled,
      allowedDirs: [...request.searchPath, config.binDir],
      memory: world.versionsIn(state.versions),
      ...(world.pluginRan === undefined ? {} : { ran: world.pluginRan }),
    }),
    journal: guardJournal(createJournal(state.journal), connection),
    multusCache: createMultusCache(config.cniDir),
    podNamespace: createRemotePodNamespace(hands),
    cluster: world.clusterFor({
      deadline: () => Math.min(msLeft() / 2, patience.apiMs),
      signal: cancelled,
      uid: uidIn(request),
    }),
    files: createNetworkFiles(),
    devices: {
      ...createDeviceInfoFiles(),
      allocatedTo: (pod) => allocatedDevices({ kubeletDir: config.kubeletDir, pod, timeoutMs: msLeft() }),
    },
    plainPods: createPlainPods(state.plainPods),
    records: world.recordsIn(state.records),
    waitForFile: (path, howLong) =>
      waitForFile(path, { deadlineMs: howLong === "at-once" ? 0 : msLeft(), signal: cancelled }),
    log,
    now: () => performance.now(),
  };
}

/** What is wrong with the arguments is told when they are needed. */
function uidIn(request: CniRequest): string | undefined {
  try {
    return podIdentityOf(request)?.uid || undefined;
  } catch {
    return undefined;
  }
}

/** The agent's own log, and the file that the node's configuration names for the plugin's. */
function logTo(world: AgentWorld, { log }: MultusConfig): Log {
  if (log.file === "") return world.log;
  const file = world.fileLog(log);
  return (...entry) => {
    world.log(...entry);
    file(...entry);
  };
}
