// SPDX-License-Identifier: Apache-2.0
import { createPodSandbox } from "../src/host/sandbox/index.ts";
import { agentNode } from "./agent-process.ts";
import { type BenchPod, benchPod } from "./scenario.ts";
import type { LivePod, WayName } from "./ways.ts";

/** Pods that one way attaches. */
export interface PodGroup<Pod = BenchPod> {
  readonly way: WayName;
  readonly pods: readonly Pod[];
}

/** All pods of a run: the API server knows them from the start. */
export interface PodGroups {
  readonly sample: BenchPod;
  /** For one pod at a time. */
  readonly inTurns: readonly PodGroup[];
  /** For many at once, in the order of their turns. */
  readonly crowds: readonly PodGroup[];
}

/** How often each way has its turn with many at once. */
export const crowdTurns = 2;

/** How the pods of a way are measured, and whether the agent's node is theirs. */
interface GroupRow {
  readonly way: WayName;
  readonly hasCrowd: boolean;
  readonly isOfAgent: boolean;
}

const groupRows: readonly GroupRow[] = [
  { way: "one-after-another", hasCrowd: true, isOfAgent: false },
  { way: "side-by-side", hasCrowd: true, isOfAgent: false },
  { way: "without-agent", hasCrowd: true, isOfAgent: false },
  { way: "static-shim", hasCrowd: true, isOfAgent: true },
  { way: "static-shim-parallel", hasCrowd: true, isOfAgent: true },
  { way: "typescript-shim", hasCrowd: true, isOfAgent: true },
  { way: "typescript-shim-parallel", hasCrowd: false, isOfAgent: true },
];

/**
 * `count` pods for each way and turn. Each second turn with many at once goes the other way round: no way
 * always comes after the same one.
 */
export function planPods(count: number): PodGroups {
  const crowd = (turn: number): readonly PodGroup[] => {
    const rows = groupRows.filter(({ hasCrowd }) => hasCrowd);
    const groups = rows.map((row) => planGroup(row, `${row.way}-crowd${turn}`, count));
    return turn % 2 === 0 ? groups : groups.toReversed();
  };
  return {
    sample: benchPod("sample", 0, agentNode),
    inTurns: groupRows.map((row) => planGroup(row, row.way, count)),
    crowds: Array.from({ length: crowdTurns }, (_, turn) => crowd(turn)).flat(),
  };
}

/** Whether the pods of a group go through the agent. */
export function isOfAgent({ way }: Pick<PodGroup, "way">): boolean {
  return groupRows.some((row) => row.way === way && row.isOfAgent);
}

/** The agent does not hear of the pods of other ways: what it did about them would be in their time. */
function planGroup({ way, isOfAgent }: GroupRow, name: string, count: number): PodGroup {
  const node = isOfAgent ? agentNode : "elsewhere";
  return { way, pods: Array.from({ length: count }, (_, index) => benchPod(name, index, node)) };
}

/** Every pod of the run. */
export function allPods({ sample, inTurns, crowds }: PodGroups): readonly BenchPod[] {
  return [sample, ...[...inTurns, ...crowds].flatMap(({ pods }) => pods)];
}

/**
 * Makes the pods' namespaces, does `work` and takes them away: all at the end, for the kernel is busy long
 * after each.
 */
export async function withNamespaces<T>(
  groups: readonly PodGroup[],
  work: (groups: readonly PodGroup<LivePod>[]) => Promise<T>,
): Promise<T> {
  const removals: (() => void)[] = [];
  try {
    const live: PodGroup<LivePod>[] = [];
    for (const { way, pods } of groups) {
      const livePods: LivePod[] = [];
      for (const pod of pods) {
        const { netns, remove } = await createPodSandbox(pod.containerId);
        removals.push(remove);
        livePods.push({ ...pod, netns });
      }
      live.push({ way, pods: livePods });
    }
    return await work(live);
  } finally {
    for (const remove of removals) remove();
  }
}
