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
  for (const { config, label } of networks) {
    for (const name of pluginTypesOf(config)) {
      const ending = await plugins.whyNotRunnable(name, searchDirs);
      if (ending !== undefined)
        readPluginAnswer(ending, { plugin: name, network: label, interface: "", verb });
    }
  }
}
