// SPDX-License-Identifier: Apache-2.0
import type { PodGroup } from "./pod-groups.ts";
import { timed } from "./run-executable.ts";
import type { LivePod, Way, WayName } from "./ways.ts";

/** After each call: what it left to the kernel and to the API server is not charged to the next one. */
const pauseMs = 20;

/** Milliseconds of every call, by way. */
export interface CallTimes {
  readonly way: WayName;
  readonly add: readonly number[];
  readonly del: readonly number[];
}

export type Ways = Readonly<Record<WayName, Way>>;
type LiveGroup = PodGroup<LivePod>;

/**
 * One pod at a time, the ways in turns, so that whatever else the machine does hits all of them: first every
 * ADD, then every DEL, for the kernel takes apart in the background what DEL removes.
 */
export async function measureInTurns(
  groups: readonly LiveGroup[],
  ways: Ways,
): Promise<readonly CallTimes[]> {
  const times = groups.map(({ way }) => ({ way, add: [] as number[], del: [] as number[] }));
  for (const verb of ["add", "del"] as const) {
    for (const { group, way, pod } of turns(groups)) {
      times[group]?.[verb].push(await timed(() => ways[way][verb](pod)));
      await Bun.sleep(pauseMs);
    }
  }
  return times;
}

/** One call. */
export interface Turn<Pod> {
  /** Index of the group. */
  readonly group: number;
  readonly way: WayName;
  readonly pod: Pod;
}

/**
 * Every pod of every group once: the first pods of all groups, then the second ones; which group begins
 * rotates.
 */
export function turns<Pod>(groups: readonly PodGroup<Pod>[]): readonly Turn<Pod>[] {
  const rounds = Math.max(0, ...groups.map(({ pods }) => pods.length));
  return Array.from({ length: rounds }, (_, round) =>
    groups.flatMap((_group, turn) => {
      const index = (round + turn) % groups.length;
      const { way, pods = [] } = groups[index] ?? {};
      const pod = pods[round];
      return way === undefined || pod === undefined ? [] : [{ group: index, way, pod }];
    }),
  ).flat();
}

/** Pods per second of one verb with `atOnce` pods under way at any time. */
export async function measureRate(
  { pods }: Pick<LiveGroup, "pods">,
  verb: "add" | "del",
  { way, atOnce }: { readonly way: Way; readonly atOnce: number },
): Promise<number> {
  const waiting = [...pods];
  const work = async (): Promise<void> => {
    for (let pod = waiting.shift(); pod !== undefined; pod = waiting.shift()) await way[verb](pod);
  };
  const milliseconds = await timed(() => Promise.all(Array.from({ length: atOnce }, work)));
  return (pods.length / milliseconds) * 1000;
}
