// SPDX-License-Identifier: Apache-2.0
import {
  type ConfFolderFact,
  type Fact,
  known,
  type MultusConfigFact,
  type MultusFacts,
  type ValueOf,
} from "../../diagnosis/index.ts";
import { lookFor, lookForNow } from "./look-for.ts";
import type { Machine } from "./machine.ts";
import { pathsOfSetting } from "./paths-of-setting.ts";
import { readKubeconfigFact } from "./read-kubeconfig-fact.ts";
import { readCache } from "./read-multus-cache.ts";
import { readMultusConfigs } from "./read-multus-configs.ts";
import { readSockets } from "./read-multus-sockets.ts";
import type { Process } from "./read-processes.ts";
import { tellProcesses } from "./tell-processes.ts";
import { withoutTrailingSlash } from "./without-trailing-slash.ts";

/** What Multus, or Plures in its place, has on a machine; each part may be unknown by itself. */
export async function readMultus(
  machine: Machine,
  folders: Fact<readonly ConfFolderFact[]>,
  processes: Fact<readonly Process[]>,
): Promise<MultusFacts> {
  const configs: MultusFacts["configs"] =
    folders.kind === "known"
      ? lookForNow("the configurations of Multus", () => readMultusConfigs(machine, folders.value))
      : folders;
  const named = configs.kind === "known" ? configs.value : [];
  const confDirs = folders.kind === "known" ? folders.value.map(({ path }) => path) : [];
  return {
    configs,
    // Which ones there are is known by the configurations.
    kubeconfigs:
      configs.kind === "known"
        ? lookForNow("kubeconfigs", () => readKubeconfigs(machine, named, confDirs))
        : configs,
    cache: lookForNow("records", () => readCache(machine, named)),
    sockets: configs.kind === "known" ? await lookFor("sockets", () => readSockets(machine, named)) : configs,
    processes: processes.kind === "known" ? known(tellProcesses(processes.value)) : processes,
  };
}

function readKubeconfigs(
  machine: Machine,
  configs: readonly MultusConfigFact[],
  confDirs: readonly string[],
): ValueOf<MultusFacts["kubeconfigs"]> {
  const usual = confDirs
    .map((folder) => `${withoutTrailingSlash(folder)}/multus.d/multus.kubeconfig`)
    .filter((path) => machine.look(path) !== undefined);
  const paths = new Set([...pathsOfSetting(configs, "kubeconfig"), ...usual]);
  return [...paths].map((path) => {
    const namedBy = configs
      .filter(({ settings }) => settings.kubeconfig === path)
      .map((config) => config.path);
    return readKubeconfigFact(machine, path, namedBy);
  });
}
