// SPDX-License-Identifier: Apache-2.0
import type { RequestCounts } from "./api-server.ts";
import type { Left } from "./left.ts";
import type { Machine } from "./machine.ts";
import type { CallTimes } from "./measure.ts";
import type { Memory } from "./process-use.ts";
import type { StartTimes } from "./starts.ts";
import { medianRatio, round, type Summary, summarize } from "./statistics.ts";
import type { WayName } from "./ways.ts";

/** Everything that one run measured; milliseconds, pods per second. Plain JSON. */
export interface BenchReport {
  readonly schemaVersion: 1;
  readonly machine: Machine;
  /** Per way and turn. */
  readonly pods: number;
  readonly atOnce: number;
  readonly starts: readonly StartTimes[];
  /** One pod at a time. */
  readonly calls: readonly CallRow[];
  /** `atOnce` pods at a time, one row per turn. */
  readonly rates: readonly RateRow[];
  readonly agent: AgentLoad;
  readonly left: readonly LeftRow[];
}

/** One way, one pod at a time. */
export interface CallRow {
  readonly way: WayName;
  readonly add: Summary;
  readonly del: Summary;
  /** How many times that of the plugins alone, one after another, a call took, pod by pod; the median. */
  readonly addTimes: number;
  readonly delTimes: number;
  /** Pods per second that the ADDs make when they follow each other without pause. */
  readonly addRate: number;
}

/** One turn of a way with many pods at once, in pods per second. */
export interface RateRow {
  readonly way: WayName;
  readonly add: number;
  readonly del: number;
}

/** An agent whose node has so many pods, every one of them attached and detached once. */
export interface AgentLoad {
  readonly pods: number;
  readonly networks: number;
  /** Pods and networks are listed, no request has come yet. */
  readonly atRest: Memory;
  readonly afterwards: Memory;
  /** Processor time that the agent took for ADD and DEL of a pod, ms. */
  readonly processorMsPerPod: number;
  /** All that it ever asked of the API server. */
  readonly requests: RequestCounts;
}

/** What is left after all DELs of a phase. */
export interface LeftRow extends Left {
  readonly after: string;
}

/** The row of what was measured for a way; `alone` are the plugins alone, one after another. */
export function callRow({ way, add, del }: CallTimes, alone: Pick<CallTimes, "add" | "del">): CallRow {
  const total = add.reduce((sum, ms) => sum + ms, 0);
  return {
    way,
    add: summarize(add),
    del: summarize(del),
    addTimes: medianRatio(add, alone.add),
    delTimes: medianRatio(del, alone.del),
    addRate: round((add.length / total) * 1000),
  };
}
