// SPDX-License-Identifier: Apache-2.0
import { createPodSandbox } from "../src/host/sandbox/index.ts";
import { type BenchPod, benchPod } from "./scenario.ts";
import { type LivePod, type WayName, wayNames } from "./ways.ts";

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
const crowdTurns = 2;

/**
 * `count` pods for each way and turn. Side by side within a pod gains nothing when other pods wait, so it has
 * no crowd.
 */
export function planPods(count: number): PodGroups {
  const group = (way: WayName, name: string): PodGroup => ({
    way,
    pods: Array.from({ length: count }, (_, index) => benchPod(name, index)),
  });
  const crowd = (turn: number) =>
    (["one-after-another", "plures"] as const).map((way) => group(way, `${way}-crowd${turn}`));
  return {
    sample: benchPod("sample", 0),
    inTurns: wayNames.map((way) => group(way, way)),
    crowds: Array.from({ length: crowdTurns }, (_, turn) => crowd(turn)).flat(),
  };
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
