// SPDX-License-Identifier: Apache-2.0
import type {
  AttachmentPlan,
  DefaultRoute,
  LogLevel,
  MultusCacheTexts,
  NetworkAttachmentDefinition,
  ObservedInterface,
  Pod,
  PodEvent,
  PodIdentity,
} from "../attachments/index.ts";
import type { CniResult, PluginEnding, PluginInvocation } from "../cni/index.ts";

/** What one run of a plugin is told besides its invocation. */
export interface PluginRunOptions {
  /** Stops this run, or does not let it start. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs plugins of this host. */
export interface PluginRunner {
  /**
   * Runs one plugin to its end; `signal` ends it earlier, as `cancelled`, and it has ended when this
   * resolves. Never rejects: every ending is a value.
   */
  run(invocation: PluginInvocation, options?: PluginRunOptions): Promise<PluginEnding>;
  /**
   * How a run would end before it began: `not-found` or `not-runnable`; undefined when the plugin can be
   * started.
   */
  whyNotRunnable(plugin: string, searchDirs: readonly string[]): Promise<PluginEnding | undefined>;
  /**
   * The versions that the plugin's VERSION answer names, remembered per executable; undefined when it is
   * absent or gives no usable answer.
   */
  supportedVersions(plugin: string, searchDirs: readonly string[]): Promise<readonly string[] | undefined>;
}

/** The key of a journal entry. */
export interface AttachmentKey {
  readonly containerId: string;
  readonly ifName: string;
}

/** A plan and how far it got. */
export interface JournalEntry {
  readonly plan: AttachmentPlan;
  /** Results by index of the attachment; absent where ADD did not get that far. */
  readonly results: ReadonlyMap<number, CniResult>;
  /** Where the entry comes from: our journal, or the cache of upstream Multus. */
  readonly origin: "journal" | "multus-cache";
}

/** What was planned for containers of this host, safe from crashes. */
export interface Journal {
  /** On disk (temp, fsync, rename, fsync of the folder) when it resolves. */
  begin(plan: AttachmentPlan): Promise<void>;
  /** Adds the result of the attachment at `index`; a later one for the same index wins. */
  record(key: AttachmentKey, index: number, result: CniResult): Promise<void>;
  /** undefined when there is no entry; throws a CniError (code 5) for an entry that cannot be read. */
  read(key: AttachmentKey): Promise<JournalEntry | undefined>;
  /** All entries; unreadable ones are in `unreadable` with the reason. */
  list(): Promise<{ readonly entries: readonly JournalEntry[]; readonly unreadable: readonly string[] }>;
  /** Milliseconds since the entry was last written to; undefined when there is none. */
  ageMs(key: AttachmentKey): Promise<number | undefined>;
  /** Removing an absent entry is fine. */
  remove(key: AttachmentKey): Promise<void>;
}

/** What upstream Multus left on this host about pods that it attached. */
export interface MultusCache {
  /** undefined when upstream knows nothing of the container. */
  read(containerId: string): Promise<MultusCacheTexts | undefined>;
  /** Takes away the delegates file and the container's cached results. */
  remove(containerId: string): Promise<void>;
}

/** The network namespace of a pod, reached through rtnetlink. */
export interface PodNamespace {
  /** Whether there is a namespace at this path. */
  isThere(netns: string): Promise<boolean>;
  defaultRoutes(netns: string): Promise<readonly DefaultRoute[]>;
  /**
   * Takes `remove` away, then adds `add`; when adding fails, what was removed is put back before it rejects.
   */
  changeDefaultRoutes(
    netns: string,
    change: { readonly remove: readonly DefaultRoute[]; readonly add: readonly DefaultRoute[] },
  ): Promise<void>;
  /** The interface as the kernel sees it; undefined when there is none of that name or no such namespace. */
  readInterface(netns: string, name: string): Promise<ObservedInterface | undefined>;
  /**
   * Takes an interface away; fine when it, or the namespace, is not there. Throws a CniError (code 5) when
   * the kernel refuses.
   */
  removeInterface(netns: string, name: string): Promise<void>;
}

/** `unreachable` carries a CniError (code 11) whose sentence names file, token, rule or server. */
export type Lookup<T> =
  | { readonly kind: "found"; readonly value: T }
  | { readonly kind: "absent" }
  | { readonly kind: "unreachable"; readonly error: Error };

/** The Kubernetes API, as far as a node needs it. */
export interface Cluster {
  readPod(namespace: string, name: string): Promise<Lookup<Pod>>;
  readNetwork(namespace: string, name: string): Promise<Lookup<NetworkAttachmentDefinition>>;
  /** Namespaces that hold a NAD of this name; empty when it cannot be told. */
  namespacesOfNetwork(name: string): Promise<readonly string[]>;
  /**
   * Patches the annotation `k8s.v1.cni.cncf.io/network-status` of exactly this pod (UID checked); `absent`
   * when the pod is gone or another one.
   */
  writeNetworkStatus(pod: PodIdentity, status: string): Promise<Lookup<void>>;
  /** Best effort: never rejects. */
  emitEvent(pod: PodIdentity, event: PodEvent): Promise<void>;
}

/** A CNI configuration file of this host. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** CNI configuration on this host. */
export interface NetworkFiles {
  /** undefined when there is no such file. */
  readFile(path: string): Promise<ConfigFile | undefined>;
  /**
   * The `.conf`, `.conflist` and `.json` files of a folder in the order in which a runtime sorts them;
   * undefined when it is no folder.
   */
  readFolder(path: string): Promise<readonly ConfigFile[] | undefined>;
}

/** Devices that the kubelet handed to a pod, and the device info files of the NPWG specification. */
export interface Devices {
  /** Device ids by resource name, in the order of allocation; asks the kubelet's pod-resources socket. */
  allocatedTo(pod: PodIdentity): Promise<ReadonlyMap<string, readonly string[]>>;
  /**
   * Copies the device plugin's info file for a device to where CNI plugins look; false when there is none.
   */
  provideInfo(device: {
    readonly resourceName: string;
    readonly deviceId: string;
    readonly infoFile: string;
  }): Promise<boolean>;
  /** The JSON of the info file; undefined when there is none. */
  readInfo(infoFile: string): Promise<unknown>;
  removeInfo(infoFile: string): Promise<void>;
}

/** Pods of this node that asked for nothing when they could last be read. */
export interface PlainPods {
  /** Whether this very pod, its UID too, is one of them. */
  knows(pod: PodIdentity): Promise<boolean>;
}

/**
 * How an attachment went, or a request that failed without one that did: then network and interface are
 * empty.
 */
export interface AttachmentRecord {
  readonly verb: "ADD" | "DEL";
  readonly containerId: string;
  readonly pod: PodIdentity | undefined;
  readonly network: string;
  readonly interface: string;
  /** Types, in order. */
  readonly plugins: readonly string[];
  readonly outcome: "done" | "failed";
  readonly error: { readonly code: number; readonly message: string } | undefined;
  /** Milliseconds. */
  readonly ms: number;
  /** With prefix length, of an ADD that is done. */
  readonly addresses: readonly string[];
}

/** What was done for pods of this host, for whoever asks why later. */
export interface AttachmentRecords {
  /** Best effort: never throws. */
  keep(record: AttachmentRecord): void;
  /** Whether we attached the container, or have detached it; false when it cannot be told. Never throws. */
  hasDealtWith(containerId: string): boolean;
}

/** Messages are static, data goes into fields. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Everything that the stories touch of the outside world. */
export interface VerbPorts {
  readonly plugins: PluginRunner;
  readonly journal: Journal;
  readonly multusCache: MultusCache;
  readonly podNamespace: PodNamespace;
  /** undefined when the configuration names no kubeconfig. */
  readonly cluster: Cluster | undefined;
  readonly files: NetworkFiles;
  readonly devices: Devices;
  /** undefined where nobody notes them down. */
  readonly plainPods?: PlainPods | undefined;
  /** undefined where nobody keeps them. */
  readonly records?: AttachmentRecords | undefined;
  /**
   * Resolves to false when the file, of whatever kind, is not there when the deadline comes; with `at-once`,
   * when it is not there now.
   */
  waitForFile(path: string, patience?: "at-once"): Promise<boolean>;
  readonly log: Log;
  /** A clock for durations, in milliseconds. */
  now(): number;
}
