// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { NetworkAttachmentDefinition, Pod } from "../../attachments/index.ts";
import { createObjectCluster, type ObjectClusterRecord } from "../../cluster/index.ts";
import { CniError, type CniVerb } from "../../cni/index.ts";
import { createDeviceInfoFiles } from "../../host/index.ts";
import { type PluginAnswer, statePaths } from "../../shim/index.ts";
import type { Cluster, VerbPorts } from "../../verbs/index.ts";
import { installFixturePlugins } from "../plugins/index.ts";
import { type PluginCallNote, readCallLog, withCallLog } from "./call-log.ts";
import { type CarrierMaker, carryInProcess } from "./carriers.ts";

/** What a runtime would ask; everything has a value that fits the default pod. */
export interface TestRequest {
  readonly verb: CniVerb;
  readonly containerId?: string;
  readonly ifName?: string;
  readonly netns?: string;
  /** `namespace/name` of CNI_ARGS; none for a runtime without Kubernetes. */
  readonly pod?: string | undefined;
  readonly uid?: string;
  /** Further CNI_ARGS, each with its semicolon before it. */
  readonly args?: string;
  /** Over the node's configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Comes when the runtime ends us. */
  readonly signal?: AbortSignal;
}

export interface TestNodeOptions {
  /** False for a configuration that names none: nobody can be asked. */
  readonly hasKubeconfig?: false;
  readonly pods?: readonly Pod[];
  readonly networks?: readonly NetworkAttachmentDefinition[];
  readonly config?: Readonly<Record<string, unknown>>;
  /**
   * What the kubelet allocated to every pod: device ids by resource name. Device info files then lie below
   * the node's folder.
   */
  readonly devices?: Readonly<Record<string, readonly string[]>>;
}

/**
 * A node in a folder of its own: fixture plugins, our state, the objects of a cluster; requests go the way of
 * the real executable.
 */
export interface TestNode {
  readonly folder: string;
  readonly record: ObjectClusterRecord;
  request(request: TestRequest): Promise<PluginAnswer>;
  /** The file in which plugins note their calls; "CALLS" in a configuration stands for it. */
  readonly callLog: string;
  /** What the plugins were asked so far, VERSION left out. */
  calls(): readonly PluginCallNote[];
  /** `VERB plugin interface` of each call. */
  callLines(): readonly string[];
  /** Names of the journal's entries. */
  journal(): readonly string[];
  write(path: string, text: string): string;
  /** From now on the API cannot be asked. */
  loseApi(): void;
  remove(): void;
}

export type NodeMaker = (options?: TestNodeOptions) => TestNode;

/** Makes nodes whose requests go the given way; without it, that of the executable without an agent. */
export function createTestNodes(makeCarrier: CarrierMaker = carryInProcess): NodeMaker {
  return (options = {}) => createNode(options, makeCarrier);
}

/** Makes a node; the caller removes it. Its fixture plugins note their calls: see `withCallLog`. */
export const createTestNode: NodeMaker = createTestNodes();

function createNode(options: TestNodeOptions, makeCarrier: CarrierMaker): TestNode {
  const folder = mkdtempSync(join(tmpdir(), "plures-node-"));
  const binDir = installFixturePlugins(join(folder, "bin"));
  const cniDir = join(folder, "cni");
  const callLog = join(folder, "calls");
  const { cluster, record } = createObjectCluster({
    pods: options.pods ?? [],
    networks: (options.networks ?? []).map((nad) => ({ ...nad, config: withCallLog(nad.config, callLog) })),
  });
  let api = options.hasKubeconfig === false ? undefined : cluster;

  const carrier = makeCarrier({
    folder,
    cluster: () => api,
    devices: options.devices && devicesBelow(folder, options.devices),
  });
  const request = async (asked: TestRequest): Promise<PluginAnswer> => {
    const config = {
      ...carrier.config,
      cniVersion: "1.1.0",
      name: "multus-cni-network",
      type: "multus",
      binDir,
      cniDir,
      confDir: join(folder, "net.d"),
      logToStderr: false,
      logFile: join(folder, "log"),
      logLevel: "debug",
      delegates: [{ cniVersion: "1.0.0", name: "cbr0", type: "echo-result" }],
      ...options.config,
      ...asked.config,
    };
    return carrier.carry({
      environment: environmentOf(asked, binDir),
      stdin: withCallLog(JSON.stringify(config), callLog),
      signal: asked.signal ?? new AbortController().signal,
    });
  };
  const calls = () => readCallLog(callLog);

  return {
    folder,
    record,
    callLog,
    request,
    calls,
    callLines: () => calls().map(({ verb, plugin, ifName }) => `${verb} ${plugin} ${ifName}`.trim()),
    journal: () => (existsSync(statePaths(cniDir).journal) ? readdirSync(statePaths(cniDir).journal) : []),
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), withCallLog(text, callLog));
      return join(folder, path);
    },
    loseApi: () => {
      api = unreachableCluster;
    },
    remove: () => {
      carrier.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function devicesBelow(
  folder: string,
  allocated: Readonly<Record<string, readonly string[]>>,
): VerbPorts["devices"] {
  const files = createDeviceInfoFiles(`${folder}/var/run/k8s.cni.cncf.io/devinfo`);
  return {
    allocatedTo: async () => new Map(Object.entries(allocated)),
    provideInfo: (device) => files.provideInfo({ ...device, infoFile: folder + device.infoFile }),
    readInfo: (path) => files.readInfo(folder + path),
    removeInfo: (path) => files.removeInfo(folder + path),
  };
}

const unreachable = async () =>
  ({ kind: "unreachable", error: new CniError(11, "ask the API: connection refused") }) as const;

const unreachableCluster: Cluster = {
  readPod: unreachable,
  readNetwork: unreachable,
  namespacesOfNetwork: async () => [],
  writeNetworkStatus: unreachable,
  emitEvent: async () => {},
};

/**
 * Verbs that are about no container: the runtime names neither container nor interface (CNI 1.1.0, section
 * 2).
 */
const verbsOfTheNode: readonly CniVerb[] = ["GC", "STATUS", "VERSION"];

function environmentOf(asked: TestRequest, binDir: string): Record<string, string> {
  if (verbsOfTheNode.includes(asked.verb)) return { CNI_COMMAND: asked.verb, CNI_PATH: binDir };
  const { pod = "default/web", uid = "u-1" } = asked;
  const [namespace, name] = "pod" in asked && asked.pod === undefined ? [] : pod.split("/");
  const args =
    name === undefined
      ? "IgnoreUnknown=1"
      : `IgnoreUnknown=1;K8S_POD_NAMESPACE=${namespace};K8S_POD_NAME=${name};K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_UID=${uid}`;
  return {
    CNI_COMMAND: asked.verb,
    CNI_CONTAINERID: asked.containerId ?? "c1",
    CNI_NETNS: asked.netns ?? "/run/netns/absent",
    CNI_IFNAME: asked.ifName ?? "eth0",
    CNI_PATH: binDir,
    CNI_ARGS: args + (asked.args ?? ""),
  };
}
