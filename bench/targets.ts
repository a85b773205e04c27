// SPDX-License-Identifier: Apache-2.0
import { isNothing } from "./left.ts";
import type { AgentLoad, BenchReport } from "./report.ts";
import { round } from "./statistics.ts";
import { type PluginsAlone, type WayName, wayTitles } from "./ways.ts";

/** A number that Plures has to reach, and what it reached. */
export interface Target {
  readonly what: string;
  readonly measured: number;
  readonly limit: number;
  readonly better: "lower" | "higher";
}

/** Times of a way compared with those of the plugins one after another, one pod at a time. */
const callLimits: readonly { readonly verb: "add" | "del"; readonly way: WayName; readonly limit: number }[] =
  [
    { verb: "add", way: "static-shim", limit: 1.15 },
    { verb: "add", way: "static-shim-parallel", limit: 0.95 },
    { verb: "add", way: "typescript-shim", limit: 1.4 },
    { verb: "add", way: "without-agent", limit: 1.4 },
    { verb: "del", way: "static-shim", limit: 1.15 },
    { verb: "del", way: "static-shim-parallel", limit: 0.7 },
  ];

/** The rate of a way compared with that of the plugins alone in the same order, many pods at once. */
const crowdLimits: readonly {
  readonly way: WayName;
  readonly alone: PluginsAlone;
  readonly limit: number;
}[] = [
  { way: "static-shim", alone: "one-after-another", limit: 0.9 },
  { way: "static-shim-parallel", alone: "side-by-side", limit: 0.9 },
];

/** What a run reached; the limits are those of the design. */
export function targetsOf(report: BenchReport): readonly Target[] {
  const help = report.starts.find(({ program }) => program === "plures --help")?.ms.median ?? Number.NaN;
  const lower = { better: "lower" } as const;
  const rows: readonly Target[] = [
    ...callTargets(report),
    ...crowdTargets(report),
    {
      what: `memory of the agent with ${report.agent.pods} pods, MB`,
      measured: report.agent.afterwards.residentMb,
      limit: 80,
      ...lower,
    },
    {
      what: "API requests per pod, events left aside",
      measured: requestsPerPod(report.agent),
      limit: 1,
      ...lower,
    },
    { what: "plures --help, ms", measured: help, limit: 60, ...lower },
    {
      what: "left behind after every DEL",
      measured: report.left.filter((row) => !isNothing(row)).length,
      limit: 0,
      ...lower,
    },
  ];
  return rows.map((row) => ({ ...row, measured: round(row.measured) }));
}

/** Whether a target is reached. */
export function isReached({ measured, limit, better }: Target): boolean {
  return better === "lower" ? measured <= limit : measured >= limit;
}

function callTargets({ calls }: BenchReport): readonly Target[] {
  const times = (of: WayName, verb: "add" | "del"): number =>
    calls.find(({ way }) => way === of)?.[`${verb}Times`] ?? Number.NaN;
  return callLimits.map(({ verb, way, limit }) => ({
    what: `${verb.toUpperCase()}: ${wayTitles[way]} / plugins alone`,
    measured: times(way, verb),
    limit,
    better: "lower",
  }));
}

function crowdTargets({ rates, atOnce }: BenchReport): readonly Target[] {
  const rate = (of: WayName): number => mean(rates.filter(({ way }) => way === of).map(({ add }) => add));
  return crowdLimits.map(({ way, alone, limit }) => ({
    what: `ADD, ${atOnce} at once, pods/s: ${wayTitles[way]} / ${wayTitles[alone]}`,
    measured: rate(way) / rate(alone),
    limit,
    better: "higher",
  }));
}

/** What an agent asks for once, however many pods there are, and what no pod waits for. */
const notOfPods = /^(?:list|watch) |^create events$|^others$/;

function requestsPerPod({ requests, pods }: AgentLoad): number {
  const ofPods = Object.entries(requests).filter(([what]) => !notOfPods.test(what));
  return ofPods.reduce((sum, [, count]) => sum + count, 0) / pods;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
