// SPDX-License-Identifier: Apache-2.0
import type { CniVersion } from "./versions.ts";

/** One plugin of a network: what we need to know of it, and the text that is the plugin's own business. */
export interface PluginConfig {
  readonly type: string;
  /** `ipam.type`, a second executable that this plugin will run. */
  readonly ipamType: string | undefined;
  /** Names of the capabilities that the plugin declares true. */
  readonly capabilities: readonly string[];
  /** The JSON object as it was written, to the byte. */
  readonly text: string;
}

/** A CNI network configuration; a single-plugin `.conf` is a list of one. */
export interface NetworkConfig {
  readonly name: string;
  readonly cniVersion: CniVersion;
  /** Written with `plugins` (a `.conflist`) or as one plugin (a `.conf`). */
  readonly form: "list" | "single";
  readonly plugins: readonly PluginConfig[];
  readonly disableCheck: boolean;
  readonly disableGC: boolean;
  readonly loadOnlyInlinedPlugins: boolean;
}

/**
 * The types of all plugins that a network runs, those that its plugins run for addresses included, each once.
 */
export function pluginTypesOf({ plugins }: Pick<NetworkConfig, "plugins">): readonly string[] {
  return [...new Set(plugins.flatMap(({ type, ipamType }) => [type, ipamType ?? type]))];
}
