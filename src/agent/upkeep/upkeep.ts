// SPDX-License-Identifier: Apache-2.0
import type { NodePod, WatchedCluster } from "../../cluster/index.ts";
import { createDeviceInfoFiles, createJournal, createPlainPods } from "../../host/index.ts";
import type { AgentConfig } from "../../node-config/index.ts";
import { statePaths } from "../../shim/index.ts";
import { type Log, readDeviceInfo } from "../../verbs/index.ts";
import { watchForDetached } from "./find-detached.ts";
import { keepPlainPods } from "./keep-plain-pods.ts";
import { repairStatuses } from "./repair-statuses.ts";

/** For one write of a status. */
const writeMs = 10_000;

export interface UpkeepOptions {
  readonly config: Pick<AgentConfig, "cniDir" | "plugin" | "repairSeconds">;
  readonly cluster: WatchedCluster;
  /** False while a newer agent does it. */
  readonly isOurTurn: () => boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** What is known from it, for the metrics. */
export interface Upkeep {
  journalEntries(): Promise<number>;
  /** Running pods without networks that they ask for, at the last look; undefined before the first. */
  podsDetached(): number | undefined;
}

/** What the agent looks after besides answering, until the signal: statuses, pods, the list of plain ones. */
export function keepUp({ config, cluster, isOurTurn, signal, log }: UpkeepOptions): Upkeep {
  const { systemNamespaces } = config.plugin;
  const state = statePaths(config.cniDir);
  const journal = createJournal(state.journal);
  const devices = createDeviceInfoFiles();
  const deadline = () => writeMs;
  const asOurs = { pods: (): readonly NodePod[] => (isOurTurn() ? cluster.pods() : []), signal, log };
  let detached: number | undefined;

  void repairStatuses({
    ...asOurs,
    systemNamespaces,
    journal,
    cluster: () => cluster.forRequest({ deadline, signal }),
    deviceInfo: (plan) => readDeviceInfo(plan, { devices }),
  });
  void cluster.ready.then(() =>
    watchForDetached({
      ...asOurs,
      systemNamespaces,
      cluster: cluster.forRequest({ deadline, signal }),
      everyMs: config.repairSeconds * 1000,
      tell: (count) => {
        detached = count;
      },
    }),
  );
  keepPlainPods({ cluster, file: createPlainPods(state.plainPods), plugin: config.plugin, signal, log });
  return {
    journalEntries: async () => (await journal.list()).entries.length,
    podsDetached: () => detached,
  };
}
