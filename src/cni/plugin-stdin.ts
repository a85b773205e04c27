// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import { isJsonObject, setKeys, valueText } from "./json-text.ts";
import type { PluginConfig } from "./network-config.ts";
import type { CniResult } from "./result.ts";
import { encodeResultText } from "./result-versions.ts";
import type { ValidAttachment } from "./valid-attachments.ts";
import type { CniVersion } from "./versions.ts";

/** What a plugin's standard input is made of. */
export interface PluginStdinParts {
  readonly plugin: PluginConfig;
  /** Of the network. */
  readonly name: string;
  /** The version spoken with this plugin. */
  readonly cniVersion: CniVersion;
  /**
   * Only what the plugin declares as capabilities; absent or empty leaves the plugin's own `runtimeConfig`
   * alone.
   */
  readonly runtimeConfig?: Readonly<Record<string, unknown>> | undefined;
  /** Merged into `args.cni`, key by key. */
  readonly cniArgs?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The exact standard input of a plugin, less `prevResult`: its own text with our keys set and every other
 * byte kept. `capabilities` stay, as libcni leaves them there. Throws a CniError (code 7) when `args` or
 * `args.cni` is no object.
 */
export function pluginStdin(parts: PluginStdinParts): string {
  const { plugin, name, cniVersion, runtimeConfig = {}, cniArgs = {} } = parts;
  return setKeys(plugin.text, {
    name: JSON.stringify(name),
    cniVersion: JSON.stringify(cniVersion),
    ...(isEmpty(runtimeConfig) ? {} : { runtimeConfig: JSON.stringify(runtimeConfig) }),
    ...(isEmpty(cniArgs) ? {} : { args: argsText(plugin, cniArgs) }),
  });
}

/**
 * Adds the result of the plugin before, or of the ADD when it comes to CHECK and DEL, in the version spoken
 * with the plugin.
 */
export function withPrevResult(stdin: string, result: CniResult, version: CniVersion): string {
  return setKeys(stdin, { prevResult: encodeResultText(result, version) });
}

/** Adds the attachments that a GC must leave alone. */
export function withValidAttachments(stdin: string, attachments: readonly ValidAttachment[]): string {
  const list = attachments.map(({ containerID, ifname }) => ({ containerID, ifname }));
  return setKeys(stdin, { "cni.dev/valid-attachments": JSON.stringify(list) });
}

function isEmpty(object: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(object).length === 0;
}

function argsText(plugin: PluginConfig, cniArgs: Readonly<Record<string, unknown>>): string {
  const args = objectText(plugin, plugin.text, ["args"]);
  const cni = objectText(plugin, args, ["args", "cni"]);
  const values = Object.entries(cniArgs).map(([key, value]) => [key, JSON.stringify(value)]);
  return setKeys(args, { cni: setKeys(cni, Object.fromEntries(values)) });
}

/** The text of the object at the last key of `path` inside `parent`, `{}` when there is none. */
function objectText(plugin: PluginConfig, parent: string, path: readonly string[]): string {
  const text = valueText(parent, path.at(-1) ?? "") ?? "{}";
  if (text === "null") return "{}";
  if (isJsonObject(JSON.parse(text))) return text;
  throw new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `writing the configuration of plugin "${plugin.type}": "${path.join(".")}" must be an object`,
    { hint: "cni-args of the pod are merged into args.cni of the network's configuration" },
  );
}
