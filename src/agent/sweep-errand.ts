// SPDX-License-Identifier: Apache-2.0
import { toCniError } from "../cni/index.ts";
import { createDeviceInfoFiles, createJournal, createMultusCache } from "../host/index.ts";
import { statePaths } from "../shim/index.ts";
import { presenceBy, type Sweep, type SweepReport, sweep, type Witnesses } from "../verbs/index.ts";
import type { AgentWorld } from "./connect-through-shim.ts";
import { guardJournal } from "./guarded-journal.ts";
import { createRemotePlugins } from "./remote-plugins.ts";
import { createRemotePodNamespace } from "./remote-pod-namespace.ts";
import type { Errand, Opening, ShimAnswer } from "./session.ts";

/** What the agent knows about leftovers. */
export interface SweepSettings extends Pick<Sweep, "quietMs">, Pick<Witnesses, "listSandboxes"> {
  /** Of the node's configuration. */
  readonly cniDir: string;
  /** For each plugin. */
  readonly pluginMs: number;
}

export interface SweepErrand {
  readonly errand: Errand;
  readonly opening: Extract<Opening, { kind: "sweep" }>;
  readonly settings: SweepSettings;
  readonly world: Pick<AgentWorld, "log" | "versionsIn">;
  /** Whether a request for that container is under way. */
  readonly isBusy: (containerId: string) => boolean;
}

/** Exit codes of `multus gc`, as docs/protocol.md names them. */
const exitCodes = { allDone: 0, somethingIsLeft: 3 } as const;

/** Takes leftovers away through the hands of a shim that was started for this; never rejects. */
export async function serveSweep(asked: SweepErrand): Promise<ShimAnswer> {
  const { errand, opening, settings, world } = asked;
  const { hands, cancelled } = errand;
  const { searchDirs } = opening;
  const state = statePaths(settings.cniDir);
  const end = performance.now() + opening.patienceMs;
  const msLeft = (): number => Math.min(settings.pluginMs, end - performance.now());
  const podNamespace = createRemotePodNamespace(hands);
  try {
    const report = await sweep({
      ports: {
        plugins: createRemotePlugins({
          hands,
          deadline: msLeft,
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
      isBusy: ({ containerId }) => asked.isBusy(containerId),
      quietMs: settings.quietMs,
      deadline: () => (cancelled.aborted ? 0 : end - performance.now()),
    });
    return answerOf(report);
  } catch (error) {
    return { stdout: `${toCniError(error).message}\n`, exitCode: exitCodes.somethingIsLeft };
  }
}

function answerOf({ swept, left, unreadable, postponed }: SweepReport): ShimAnswer {
  const lines = [
    ...swept.map(({ containerId, ifName }) => `taken away: ${containerId} ${ifName}`),
    ...left.map(({ container, reason }) => `left: ${container.containerId} ${container.ifName}: ${reason}`),
    ...unreadable.map((reason) => `left: ${reason}`),
    ...(postponed === 0 ? [] : [`not looked at: ${postponed}`]),
  ];
  const isDone = left.length + unreadable.length + postponed === 0;
  if (lines.length === 0) lines.push("nothing is left behind");
  return {
    stdout: `${lines.join("\n")}\n`,
    exitCode: isDone ? exitCodes.allDone : exitCodes.somethingIsLeft,
  };
}
