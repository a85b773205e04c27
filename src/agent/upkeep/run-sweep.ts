// SPDX-License-Identifier: Apache-2.0
import { createDeviceInfoFiles, createJournal, createMultusCache, listSandboxes } from "../../host/index.ts";
import type { AgentConfig } from "../../node-config/index.ts";
import { statePaths } from "../../shim/index.ts";
import {
  presenceBy,
  quietMsFor,
  type Sweep,
  type SweepReport,
  sweep,
  type Witnesses,
} from "../../verbs/index.ts";
import type { AgentWorld } from "../requests/connect-through-shim.ts";
import { guardJournal } from "../requests/guarded-journal.ts";
import { createRemotePlugins } from "../requests/remote-plugins.ts";
import { createRemotePodNamespace } from "../requests/remote-pod-namespace.ts";
import type { Errand } from "../requests/session.ts";

/** What the agent knows about leftovers. */
export interface SweepSettings extends Pick<Sweep, "quietMs">, Pick<Witnesses, "listSandboxes"> {
  /** Of the node's configuration. */
  readonly cniDir: string;
  /** For each plugin. */
  readonly pluginMs: number;
}

/** What is swept on a node of this configuration. */
export function sweepSettingsOf({ cniDir, criSocket, plugin }: AgentConfig): SweepSettings {
  return {
    cniDir,
    quietMs: quietMsFor(plugin),
    pluginMs: plugin.deadlineSeconds * 1000,
    listSandboxes: criSocket === undefined ? undefined : () => listSandboxes({ socket: criSocket }),
  };
}

/** Whose hands take leftovers away, and how much of their time. */
export interface LentSweep extends Pick<Sweep, "isBusy" | "atMost" | "searchDirs"> {
  readonly errand: Pick<Errand, "hands" | "cancelled" | "closed">;
  readonly settings: SweepSettings;
  readonly world: Pick<AgentWorld, "log" | "versionsIn">;
  readonly patienceMs: number;
}

/** Takes leftovers away through the hands of a shim. Rejects when the journal cannot be listed. */
export async function runSweep(lent: LentSweep): Promise<SweepReport> {
  const { errand, settings, world, searchDirs, patienceMs } = lent;
  const { hands, cancelled } = errand;
  const state = statePaths(settings.cniDir);
  const end = performance.now() + patienceMs;
  const podNamespace = createRemotePodNamespace(hands);
  return sweep({
    ports: {
      plugins: createRemotePlugins({
        hands,
        deadline: () => Math.min(settings.pluginMs, end - performance.now()),
        signal: cancelled,
        allowedDirs: searchDirs,
        memory: world.versionsIn(state.versions),
      }),
      journal: guardJournal(createJournal(state.journal), errand),
      multusCache: createMultusCache(settings.cniDir),
      podNamespace,
      devices: createDeviceInfoFiles(),
      log: world.log,
      now: () => performance.now(),
    },
    searchDirs,
    isGone: presenceBy({ listSandboxes: settings.listSandboxes, podNamespace }),
    ...(lent.isBusy === undefined ? {} : { isBusy: lent.isBusy }),
    ...(lent.atMost === undefined ? {} : { atMost: lent.atMost }),
    quietMs: settings.quietMs,
    deadline: () => (cancelled.aborted ? 0 : end - performance.now()),
  });
}
