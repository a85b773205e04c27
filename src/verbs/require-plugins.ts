// SPDX-License-Identifier: Apache-2.0
import type { ResolvedNetwork } from "../attachments/index.ts";
import { pluginTypesOf, readPluginAnswer } from "../cni/index.ts";
import type { VerbPorts } from "./ports.ts";

/**
 * Every plugin of the networks, IPAM plugins included, can be started. Throws the CniError of the first that
 * cannot, before anything is journalled or run: what was never added need not be taken back, and could not be
 * without its plugin.
 */
export async function requirePlugins(
  networks: readonly Pick<ResolvedNetwork, "config" | "label">[],
  searchDirs: readonly string[],
  { plugins, verb = "ADD" }: Pick<VerbPorts, "plugins"> & { readonly verb?: "ADD" | "STATUS" },
): Promise<void> {
  const needed = networks.flatMap(({ config, label }) =>
    pluginTypesOf(config).map((plugin) => ({ plugin, network: label })),
  );
  // Side by side, for looking is a way to the other side where plugins are not on this one.
  const endings = await Promise.all(needed.map(({ plugin }) => plugins.whyNotRunnable(plugin, searchDirs)));
  for (const [index, { plugin, network }] of needed.entries()) {
    const ending = endings[index];
    if (ending !== undefined) readPluginAnswer(ending, { plugin, network, interface: "", verb });
  }
}
