// SPDX-License-Identifier: Apache-2.0
import type { PluginRunner } from "../verbs/index.ts";

/**
 * Plugins of these folders and no other: where an agent writes the configuration and the journal, neither may
 * open a folder of the host for it.
 */
export function withinFolders(plugins: PluginRunner, folders: readonly string[]): PluginRunner {
  const open = (dirs: readonly string[]) => dirs.filter((dir) => folders.includes(dir));
  return {
    run: (invocation, options) => {
      const searchDirs = open(invocation.searchDirs);
      const environment = { ...invocation.environment, CNI_PATH: searchDirs.join(":") };
      return plugins.run({ ...invocation, searchDirs, environment }, options);
    },
    whyNotRunnable: (plugin, dirs) => plugins.whyNotRunnable(plugin, open(dirs)),
    supportedVersions: (plugin, dirs) => plugins.supportedVersions(plugin, open(dirs)),
  };
}
