// SPDX-License-Identifier: Apache-2.0
import { toCniError } from "../../cni/index.ts";
import type { AgentWorld, ShimConnection } from "../requests/connect-through-shim.ts";
import { runSweep, type SweepSettings } from "./run-sweep.ts";
import type { SweepTurns } from "./sweep-turns.ts";

/** The runtime waits meanwhile: more than this is too much for somebody else's leftovers. */
const alongsideMs = 5_000;

/**
 * Takes at most one leftover away with the hands of a request that is being served, when it is time for that.
 * Never rejects.
 */
export async function sweepAlongside(
  connection: ShimConnection,
  at: {
    readonly turns: SweepTurns;
    readonly settings: SweepSettings;
    readonly world: Pick<AgentWorld, "log" | "versionsIn">;
    readonly isBusy: (containerId: string) => boolean;
  },
): Promise<void> {
  const { turns, settings, world } = at;
  const { request, config } = connection;
  if (!turns.isDue(request.verb)) return;
  const end = turns.begin();
  try {
    const report = await runSweep({
      errand: connection,
      settings,
      world,
      searchDirs: [...new Set([config.binDir, ...request.searchPath])],
      isBusy: (key) => at.isBusy(key.containerId) || turns.isPutOff(key),
      atMost: 1,
      patienceMs: alongsideMs,
    });
    end(report);
    for (const { containerId } of report.swept)
      world.log("verbose", "what a container that is gone had left is taken away", {
        container: containerId,
      });
    for (const { container, reason, presence } of report.left)
      world.log("error", "what a container has left stays in the journal", {
        container: container.containerId,
        presence,
        reason,
      });
  } catch (error) {
    end(undefined);
    world.log("error", "leftovers cannot be looked for", { error: toCniError(error).message });
  }
}
