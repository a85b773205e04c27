// SPDX-License-Identifier: Apache-2.0
import type { CniVersion, NetworkConfig } from "../cni/index.ts";
import type { AttachMode } from "./attach-mode.ts";

/** Names that `logLevel` may have, least first. */
export const logLevels = ["panic", "error", "verbose", "debug"] as const;

/** How much a line of the log matters. */
export type LogLevel = (typeof logLevels)[number];

/** Where and how much is logged. */
export interface LogOptions {
  /** Empty for none. */
  readonly file: string;
  readonly level: LogLevel;
  readonly toStderr: boolean;
  /** In days. */
  readonly maxAge: number;
  /** In megabytes. */
  readonly maxSize: number;
  readonly maxBackups: number;
  readonly compress: boolean;
}

/** Our own CNI configuration, `00-multus.conf`; all paths are host paths. */
export interface MultusConfig {
  readonly name: string;
  readonly cniVersion: CniVersion;
  /** Searched for plugins before CNI_PATH. */
  readonly binDir: string;
  /** State of upstream Multus, and ours below it. */
  readonly cniDir: string;
  /** CNI configurations that `clusterNetwork`, `defaultNetworks` and NADs without config name. */
  readonly confDir: string;
  /** Empty when there is no Kubernetes API. */
  readonly kubeconfig: string;
  /** Somebody else asks the API for this file: an agent of ours, or Multus' daemon (type `multus-shim`). */
  readonly isForDaemon: boolean;
  /** Folder of the agent's socket; empty when the file names none. */
  readonly daemonSocketDir: string;
  /** The primary; empty when it is the first of `delegates`. */
  readonly clusterNetwork: string;
  readonly defaultNetworks: readonly string[];
  /** Empty when `clusterNetwork` is given, which wins. */
  readonly delegates: readonly NetworkConfig[];
  readonly namespaceIsolation: boolean;
  /** Namespaces whose NADs every pod may use. */
  readonly globalNamespaces: readonly string[];
  /** Namespaces whose pods get no `defaultNetworks` and no status. */
  readonly systemNamespaces: readonly string[];
  /** Where `clusterNetwork`, `defaultNetworks` and default-network annotations look for NADs. */
  readonly multusNamespace: string;
  /** The kubelet's root: its socket that tells of devices is below. */
  readonly kubeletDir: string;
  /** Empty when nothing is waited for. */
  readonly readinessIndicatorFile: string;
  readonly retryDeleteOnError: boolean;
  /** Empty when there is none. */
  readonly auxiliaryChainName: string;
  /** What the runtime passed for the capabilities that we declare. */
  readonly runtimeConfig: Readonly<Record<string, unknown>>;
  readonly log: LogOptions;
  /** How the networks that follow the primary are attached, unless their NAD says otherwise. */
  readonly attach: AttachMode;
  /** After how many seconds an ADD gives up. */
  readonly deadlineSeconds: number;
  /** Keys that we do not know, for the log. */
  readonly unknownKeys: readonly string[];
}
