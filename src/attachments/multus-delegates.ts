// SPDX-License-Identifier: Apache-2.0
import {
  isJsonObject,
  type NetworkConfig,
  type PluginConfig,
  parseNetworkConfig,
  setKeys,
  withFolderPlugins,
} from "../cni/index.ts";
import type { CachedResult } from "./multus-results.ts";

/** One entry of upstream's delegates file: a Go struct written as JSON, its field names kept. */
export interface CachedDelegate {
  /** `namespace/name` of the NAD, or the name in the CNI config. */
  readonly name: string;
  readonly config: NetworkConfig;
  /**
   * By index of the plugin: what upstream put into `args.cni`, where the configuration does not hold it
   * already.
   */
  readonly cniArgs: readonly Readonly<Record<string, unknown>>[];
  readonly interface: string | undefined;
  readonly ips: readonly string[];
  readonly mac: string | undefined;
  readonly deviceId: string | undefined;
  readonly resourceName: string | undefined;
}

/**
 * Reads one entry; `source` names it for the reader. Throws for one that does not hold a whole configuration.
 */
export function readCachedDelegate(entry: unknown, source: string): CachedDelegate {
  if (!isJsonObject(entry)) throw new Error(`${source} is no object`);
  const name = textOf(entry.Name) ?? "";
  const config = readConfig(entry, source, name.slice(name.lastIndexOf("/") + 1) || undefined);
  return {
    name: name || config.config.name,
    ...config,
    interface: textOf(entry.ifnameRequest),
    ips: Array.isArray(entry.ipRequest) ? entry.ipRequest.filter((ip) => typeof ip === "string") : [],
    mac: textOf(entry.macRequest),
    deviceId: textOf(entry.deviceID),
    resourceName: textOf(entry.resourceName),
  };
}

/**
 * What a file of the result cache tells of a network, for when the delegates file is lost. Throws for one
 * without configuration.
 */
export function delegateOfResult({
  networkName,
  interface: name,
  configBytes,
}: CachedResult): CachedDelegate {
  const source = `the cached result of network "${networkName}"`;
  return {
    name: networkName,
    config: parseNetworkConfig(decodeBytes(configBytes, source), source, { defaultName: networkName }),
    cniArgs: [],
    interface: name,
    ips: [],
    mac: undefined,
    deviceId: undefined,
    resourceName: undefined,
  };
}

/** The text in a Go `[]byte`, which JSON has as base64. Throws when it is none. */
function decodeBytes(value: unknown, source: string): string {
  if (typeof value !== "string" || value === "") throw new Error(`${source} has no Bytes`);
  try {
    const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error(`the Bytes of ${source} are no base64 text`, { cause });
  }
}

/**
 * Upstream v4.2 and v4.3 write the `Bytes` of a list from a structure that knows few of its keys, and keep
 * the whole of it in `CNINetworkConfigList`; other versions, and single plugins, have the whole in `Bytes`.
 */
function readConfig(
  entry: Record<string, unknown>,
  source: string,
  defaultName: string | undefined,
): Pick<CachedDelegate, "config" | "cniArgs"> {
  const whole = entry.CNINetworkConfigList;
  if (!isJsonObject(whole) || !Array.isArray(whole.Plugins) || whole.Plugins.length === 0) {
    const text = decodeBytes(entry.Bytes, source);
    return { config: parseNetworkConfig(text, source, { defaultName }), cniArgs: [] };
  }
  const inline = parseNetworkConfig(decodeBytes(whole.Bytes, source), source, {
    defaultName,
    allowEmpty: true,
  });
  const fromFolder = whole.Plugins.slice(inline.plugins.length).map((plugin) => ({
    path: source,
    text: decodeBytes(isJsonObject(plugin) ? plugin.Bytes : undefined, source),
  }));
  const config = withFolderPlugins(inline, fromFolder);
  const injected = readInjected(entry.Bytes, source, defaultName);
  const plugins = config.plugins.map((plugin, index) => withDeviceKeys(plugin, injected[index]));
  return { config: { ...config, plugins }, cniArgs: injected.map(({ args }) => args) };
}

/**
 * What upstream wrote into a plugin before it ran it; the incomplete `Bytes` are the only place that has it.
 */
interface Injected {
  readonly device: Readonly<Record<string, string>>;
  readonly args: Readonly<Record<string, unknown>>;
}

function readInjected(bytes: unknown, source: string, defaultName: string | undefined): readonly Injected[] {
  if (textOf(bytes) === undefined) return [];
  return parseNetworkConfig(decodeBytes(bytes, source), source, { defaultName }).plugins.map(({ text }) => {
    const plugin: unknown = JSON.parse(text);
    if (!isJsonObject(plugin)) return { device: {}, args: {} };
    const keys = ["deviceID", "pciBusID"].filter((key) => typeof plugin[key] === "string");
    const args = isJsonObject(plugin.args) && isJsonObject(plugin.args.cni) ? plugin.args.cni : {};
    return { device: Object.fromEntries(keys.map((key) => [key, JSON.stringify(plugin[key])])), args };
  });
}

function withDeviceKeys(plugin: PluginConfig, injected: Injected | undefined): PluginConfig {
  return injected === undefined ? plugin : { ...plugin, text: setKeys(plugin.text, injected.device) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
