// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import { elementTexts, parseJsonObject, valueText } from "./json-text.ts";
import { networkNameProblem } from "./names.ts";
import type { NetworkConfig, PluginConfig } from "./network-config.ts";
import { readPluginConfig } from "./plugin-config.ts";
import { readCniVersion } from "./version-field.ts";

/** What a network configuration may lack. */
export interface NetworkConfigOptions {
  /** Used when the configuration has no `name`, as a NetworkAttachmentDefinition may leave it out. */
  readonly defaultName?: string | undefined;
  /** Accepts a list without plugins, whose plugins all come from a folder (`withFolderPlugins`). */
  readonly allowEmpty?: boolean | undefined;
}

/**
 * Reads a CNI network configuration, a list with `plugins` or a single plugin (specification 1.1.0, section
 * 1). `source` names the text: a file or a NetworkAttachmentDefinition. Throws a CniError: code 6 for broken
 * JSON (line and column), 7 for what is missing or has the wrong type, 1 for an unsupported cniVersion.
 */
export function parseNetworkConfig(
  text: string,
  source: string,
  options: NetworkConfigOptions = {},
): NetworkConfig {
  const object = parseJsonObject(text, source);
  const form = formOf(object, source, options);
  const config: NetworkConfig = {
    name: readName(object.name, source, options.defaultName),
    cniVersion: readCniVersion(object, source),
    form,
    plugins: form === "single" ? [readPluginConfig(object, text, source)] : readPlugins(object, text, source),
    disableCheck: readFlag(object, "disableCheck", source),
    disableGC: readFlag(object, "disableGC", source),
    loadOnlyInlinedPlugins: readFlag(object, "loadOnlyInlinedPlugins", source),
  };
  const mayBeEmpty = options.allowEmpty === true && !config.loadOnlyInlinedPlugins;
  if (config.plugins.length === 0 && !mayBeEmpty) throw withoutPlugins(source);
  return config;
}

/**
 * Appends the plugins that a folder adds to a list (specification 1.1.0, `loadOnlyInlinedPlugins`): `files`
 * are those of `<dir>/<name>/`, in order, one plugin object each. Gives a single plugin, or a list that takes
 * none, back as it is. Throws a CniError (code 6 or 7) for a bad file and for a network that then has no
 * plugin.
 */
export function withFolderPlugins(
  config: NetworkConfig,
  files: readonly { readonly path: string; readonly text: string }[],
): NetworkConfig {
  if (config.form === "single" || config.loadOnlyInlinedPlugins) return config;
  const added = files.map(({ path, text }) => readPluginConfig(parseJsonObject(text, path), text, path));
  const plugins = [...config.plugins, ...added];
  if (plugins.length === 0) throw withoutPlugins(`network "${config.name}"`);
  return { ...config, plugins };
}

function formOf(
  object: Record<string, unknown>,
  source: string,
  options: NetworkConfigOptions,
): NetworkConfig["form"] {
  if (Object.hasOwn(object, "plugins")) return "list";
  if (Object.hasOwn(object, "type")) return "single";
  if (options.allowEmpty === true) return "list";
  throw invalid(
    source,
    'there is neither "plugins" nor "type"',
    'a CNI configuration is one plugin with a "type", or a list of them under "plugins"',
  );
}

function readPlugins(object: Record<string, unknown>, text: string, source: string): PluginConfig[] {
  if (!Object.hasOwn(object, "plugins")) return [];
  if (!Array.isArray(object.plugins)) throw invalid(source, '"plugins" must be a list of plugin objects');
  const texts = elementTexts(valueText(text, "plugins") ?? "[]");
  return object.plugins.map((plugin, index) =>
    readPluginConfig(plugin, texts[index] ?? "", `${source}: plugins[${index}]`),
  );
}

function readName(name: unknown, source: string, defaultName: string | undefined): string {
  const hint = 'give the network a "name", which its leases and caches are filed under';
  if (name !== undefined && typeof name !== "string") throw invalid(source, '"name" must be a string', hint);
  const chosen = name === undefined || name === "" ? defaultName : name;
  if (chosen === undefined) throw invalid(source, 'there is no "name"', hint);
  const problem = networkNameProblem(chosen);
  if (problem !== undefined) throw invalid(source, `"name" "${chosen}" is invalid: ${problem}`);
  return chosen;
}

type Flag = "disableCheck" | "disableGC" | "loadOnlyInlinedPlugins";

/** libcni takes strings for booleans, in any case. */
function readFlag(object: Record<string, unknown>, flag: Flag, source: string): boolean {
  const value = object[flag];
  if (value === undefined) return false;
  const text = typeof value === "string" ? value.toLowerCase() : value;
  if (text === true || text === "true") return true;
  if (text === false || text === "false") return false;
  throw invalid(source, `"${flag}" must be true or false`);
}

function withoutPlugins(source: string): CniError {
  return invalid(
    source,
    "the network has no plugins",
    'add at least one plugin object with a "type" to "plugins"',
  );
}

function invalid(source: string, problem: string, hint?: string): CniError {
  return new CniError(cniErrorCodes.invalidNetworkConfig, `${source}: ${problem}`, { hint });
}
