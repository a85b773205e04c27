// SPDX-License-Identifier: Apache-2.0
import { toCniError } from "../../cni/index.ts";
import type { SweepReport } from "../../verbs/index.ts";
import { type LentSweep, runSweep } from "../upkeep/run-sweep.ts";
import type { Opening, ShimAnswer } from "./session.ts";

/** A sweep that somebody asked for, with `multus gc`. */
export interface SweepErrand extends Omit<LentSweep, "searchDirs" | "patienceMs" | "atMost"> {
  readonly opening: Extract<Opening, { kind: "sweep" }>;
}

/** Exit codes of `multus gc`, as docs/protocol.md names them. */
const exitCodes = { allDone: 0, somethingIsLeft: 3 } as const;

/** Takes leftovers away through the hands of a shim that was started for this; never rejects. */
export async function serveSweep({ opening, ...lent }: SweepErrand): Promise<ShimAnswer> {
  const { searchDirs, patienceMs } = opening;
  try {
    return answerOf(await runSweep({ ...lent, searchDirs, patienceMs }));
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
