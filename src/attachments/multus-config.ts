// SPDX-License-Identifier: Apache-2.0
import {
  CniError,
  cniErrorCodes,
  elementTexts,
  type NetworkConfig,
  parseJsonObject,
  parseNetworkConfig,
  readCniVersion,
  valueText,
} from "../cni/index.ts";
import { readAttachMode } from "./attach-mode.ts";
import { type KeyReader, noteKeys, readKeys } from "./config-keys.ts";
import { type LogLevel, type LogOptions, logLevels, type MultusConfig } from "./multus-types.ts";
import { refuseSelfDelegation } from "./self-delegation.ts";

const source = "Multus configuration";

/** Keys of the protocol and of the runtime that say nothing to us. */
const foreignKeys = [
  "cniVersion",
  "cniVersions",
  "disableCheck",
  "disableGC",
  "loadOnlyInlinedPlugins",
  "ipam",
  "dns",
  "args",
  "capabilities",
  "prevResult",
  "cni.dev/valid-attachments",
  "cni.dev/attachments",
];

/** The kubelet gives a sandbox 240 seconds. */
const defaultDeadlineSeconds = 220;

/**
 * Reads our configuration as the runtime passes it (docs/configuration.md), and gives every key its
 * default. Throws a CniError: code 6 for broken JSON (line and column), 7 for a wrong type or value (naming
 * key and allowed values), for a configuration without primary, and for one that delegates to ourselves, 1
 * for an unknown cniVersion.
 */
export function parseMultusConfig(text: string): MultusConfig {
  const object = parseJsonObject(text, source);
  const asked = new Set<string>(foreignKeys.map((key) => key.toLowerCase()));
  const keys = noteKeys(readKeys(object, source), asked);
  const cniVersion = readCniVersion(object, source);
  const clusterNetwork = keys.text("clusterNetwork", "");
  const daemonSocketDir = keys.text("daemonSocketDir", "");
  const config: MultusConfig = {
    name: keys.text("name", "multus-cni-network"),
    cniVersion,
    binDir: keys.text("binDir", "/opt/cni/bin"),
    cniDir: keys.text("cniDir", "/var/lib/cni/multus"),
    confDir: keys.text("confDir", "/etc/cni/multus/net.d"),
    kubeconfig: keys.text("kubeconfig", ""),
    isForDaemon: keys.text("type", "") === "multus-shim" || daemonSocketDir !== "",
    daemonSocketDir,
    clusterNetwork,
    defaultNetworks: keys.texts("defaultNetworks", []),
    delegates: readDelegates(text, keys, clusterNetwork),
    namespaceIsolation: keys.flag("namespaceIsolation", false),
    globalNamespaces: readNamespaceList(keys.text("globalNamespaces", "default")),
    systemNamespaces: keys.texts("systemNamespaces", ["kube-system"]),
    multusNamespace: keys.text("multusNamespace", "kube-system"),
    kubeletDir: keys.text("kubeletDir", "/var/lib/kubelet"),
    readinessIndicatorFile: keys.text("readinessindicatorfile", ""),
    retryDeleteOnError: keys.flag("retryDeleteOnError", false),
    auxiliaryChainName: readChainName(keys.text("auxiliaryCNIChainName", "")),
    runtimeConfig: keys.object("runtimeConfig"),
    log: readLogOptions(keys),
    attach: readAttachMode(keys.text("attach", "sequential"), `${source}: "attach"`),
    deadlineSeconds: readDeadline(keys.count("deadlineSeconds", defaultDeadlineSeconds)),
    unknownKeys: Object.keys(object).filter((key) => !asked.has(key.toLowerCase())),
  };
  return deepFreeze(config);
}

function readDelegates(text: string, keys: KeyReader, clusterNetwork: string): readonly NetworkConfig[] {
  const written = keys.written("delegates");
  const listText = written === undefined ? "[]" : (valueText(text, written) ?? "[]");
  const list: unknown = JSON.parse(listText);
  if (list !== null && !Array.isArray(list))
    throw invalid('"delegates" must be a list of CNI configurations');
  if (clusterNetwork !== "") return [];
  if (list === null || list.length === 0) {
    throw invalid(
      'there is neither "clusterNetwork" nor "delegates", so pods have no primary network',
      '"clusterNetwork" takes the name of a NAD or CNI config, or the path of a file or folder',
    );
  }
  return elementTexts(listText).map((delegate, index) => {
    const name = `${source}: delegates[${index}]`;
    const config = parseNetworkConfig(delegate, name, { defaultName: `delegate-${index}` });
    refuseSelfDelegation(list[index], name);
    return config;
  });
}

function readNamespaceList(text: string): readonly string[] {
  return text
    .split(",")
    .map((namespace) => namespace.trim())
    .filter((namespace) => namespace !== "");
}

/** The chain's name is that of a folder, and of a network. */
function readChainName(name: string): string {
  if (/^$|^[A-Za-z0-9][\w.-]*$/.test(name)) return name;
  throw invalid(`"auxiliaryCNIChainName" is "${name}", allowed are letters, digits, '_', '.' and '-'`);
}

/** Defaults are those of upstream, but for the level: its `panic` hides why a pod did not start. */
function readLogOptions(keys: KeyReader): LogOptions {
  const options = readKeys(keys.object("logOptions"), source, "logOptions.");
  return {
    file: keys.text("logFile", ""),
    level: readLogLevel(keys.text("logLevel", "error")),
    toStderr: keys.flag("logToStderr", true),
    maxAge: options.count("maxAge", 5),
    maxSize: options.count("maxSize", 100),
    maxBackups: options.count("maxBackups", 5),
    compress: options.flag("compress", true),
  };
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((name) => name === text.toLowerCase());
  if (level !== undefined) return level;
  throw invalid(`"logLevel" is "${text}", allowed are ${logLevels.toReversed().join(", ")}`);
}

function readDeadline(seconds: number): number {
  if (seconds > 0) return seconds;
  throw invalid('"deadlineSeconds" is 0, allowed is a whole number from 1 on');
}

function invalid(problem: string, hint?: string): CniError {
  return new CniError(cniErrorCodes.invalidNetworkConfig, `${source}: ${problem}`, { hint });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
