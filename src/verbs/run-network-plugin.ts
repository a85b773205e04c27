// SPDX-License-Identifier: Apache-2.0
import type { PlannedPlugin } from "../attachments/index.ts";
import { readPluginAnswer } from "../cni/index.ts";
import type { PluginRunner } from "./ports.ts";

/** A question to a plugin that is about its network and no container. */
export interface NetworkQuestion {
  readonly verb: "GC" | "STATUS" | "VERSION";
  readonly network: string;
  readonly searchDirs: readonly string[];
  readonly plugins: PluginRunner;
}

/** Runs one plugin of a network; throws the CniError that its answer is. */
export async function runNetworkPlugin(
  { type, stdin }: Pick<PlannedPlugin, "type" | "stdin">,
  { verb, network, searchDirs, plugins }: NetworkQuestion,
): Promise<void> {
  const ending = await plugins.run({
    verb,
    plugin: type,
    searchDirs,
    environment: { CNI_COMMAND: verb, CNI_PATH: searchDirs.join(":") },
    stdin,
  });
  readPluginAnswer(ending, { plugin: type, network, interface: "", verb });
}
