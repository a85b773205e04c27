// SPDX-License-Identifier: Apache-2.0
import type { ResolvedNetwork } from "../attachments/index.ts";
import { pluginTypesOf } from "../cni/index.ts";
import type { VerbPorts } from "./ports.ts";

/**
 * The VERSION answers of all plugins of the networks, IPAM plugins included, by plugin type; undefined for
 * those that give none.
 */
export async function learnVersions(
  networks: readonly ResolvedNetwork[],
  searchDirs: readonly string[],
  ports: Pick<VerbPorts, "plugins">,
): Promise<ReadonlyMap<string, readonly string[] | undefined>> {
  const types = new Set(networks.flatMap(({ config }) => pluginTypesOf(config)));
  const answers = [...types].map(
    async (type) => [type, await ports.plugins.supportedVersions(type, searchDirs)] as const,
  );
  return new Map(await Promise.all(answers));
}
