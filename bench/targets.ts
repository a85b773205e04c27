// SPDX-License-Identifier: Apache-2.0
import { isNothing } from "./left.ts";
import type { BenchReport } from "./report.ts";
import { round } from "./statistics.ts";
import type { WayName } from "./ways.ts";

/** A number that Plures has to reach, and what it reached. */
export interface Target {
  readonly what: string;
  readonly measured: number;
  readonly limit: number;
  readonly better: "lower" | "higher";
  /** What has to be there before the limit counts; undefined when it counts now. */
  readonly from: string | undefined;
}

/**
 * What a run reached. The limits are those of the design; which of them wait for the agent with its static
 * shim is said in `from`.
 */
export function targetsOf(report: BenchReport): readonly Target[] {
  const call = (way: WayName, verb: "add" | "del") => medianOf(report, way, verb);
  const crowd = (way: WayName) => mean(report.rates.filter((row) => row.way === way).map(({ add }) => add));
  const help = report.starts.find(({ program }) => program === "plures --help")?.ms.median ?? Number.NaN;
  const now = { better: "lower", from: undefined } as const;
  const later = { better: "lower", from: "the agent's static shim" } as const;
  const rows: readonly Target[] = [
    {
      what: "ADD: Plures / plugins alone",
      measured: call("plures", "add") / call("one-after-another", "add"),
      limit: 1.4,
      ...now,
    },
    {
      what: "DEL: Plures / plugins alone",
      measured: call("plures", "del") / call("one-after-another", "del"),
      limit: 1.15,
      ...later,
    },
    {
      what: `ADD, ${report.atOnce} pods at once: rate of Plures / of the plugins alone`,
      measured: crowd("plures") / crowd("one-after-another"),
      limit: 0.9,
      better: "higher",
      from: undefined,
    },
    { what: "plures --help, ms", measured: help, limit: 60, ...now },
    {
      what: "left behind after every DEL",
      measured: report.left.filter((row) => !isNothing(row)).length,
      limit: 0,
      ...now,
    },
  ];
  return rows.map((row) => ({ ...row, measured: round(row.measured) }));
}

/** Whether a target is reached. */
export function isReached({ measured, limit, better }: Target): boolean {
  return better === "lower" ? measured <= limit : measured >= limit;
}

function medianOf({ calls }: BenchReport, way: WayName, verb: "add" | "del"): number {
  return calls.find((row) => row.way === way)?.[verb].median ?? Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
