// SPDX-License-Identifier: Apache-2.0
import { createJournal } from "../src/host/index.ts";
import { startApiServerProcess } from "./api-server.ts";
import { countLeft } from "./left.ts";
import { describeMachine } from "./machine.ts";
import { measureInTurns, measureRate, type Ways } from "./measure.ts";
import { type BenchNode, type NodeSetting, setUpNode } from "./node.ts";
import { allPods, type PodGroup, planPods, withNamespaces } from "./pod-groups.ts";
import { type BenchReport, type CallRow, callRow, type LeftRow, type RateRow } from "./report.ts";
import { type BenchPod, clusterObjects } from "./scenario.ts";
import { measureStarts } from "./starts.ts";
import { round } from "./statistics.ts";
import { pluginsAlone, throughPlures } from "./ways.ts";

/** What the measuring needs to know. */
export interface BenchSetting extends Omit<NodeSetting, "kubeconfig"> {
  /** Per way and turn. */
  readonly pods: number;
  readonly progress: (what: string) => void;
}

/** How many pods are under way at once in the last phase. */
const atOnce = 8;

/** Measures everything, in a sandbox that `prepareSandbox` made. Throws an Error when a call fails. */
export async function runBench(setting: BenchSetting): Promise<BenchReport> {
  const { pods, folder, binDir, progress } = setting;
  const machine = describeMachine(binDir);
  const groups = planPods(pods);
  const api = await startApiServerProcess(folder, clusterObjects(allPods(groups)));
  try {
    const node = await setUpNode({ ...setting, kubeconfig: api.kubeconfig });
    progress("programs that have nothing to do");
    const starts = await measureStarts(node);
    const ways = await prepareWays(node, groups.sample);
    progress(`${pods} pods each way, one at a time`);
    const calls = await measureCalls(groups.inTurns, node, ways);
    progress(`${pods} pods each way, ${atOnce} at a time, ${groups.crowds.length / 2} times`);
    const crowds = await measureCrowds(groups.crowds, node, ways);
    return {
      schemaVersion: 1,
      machine,
      pods,
      atOnce,
      starts,
      ...calls,
      ...crowds,
      left: [...calls.left, ...crowds.left],
    };
  } finally {
    await api.stop();
  }
}

/**
 * Has Plures plan one pod, so that the plugins alone get the very same. It is the warm-up of every way, too.
 */
async function prepareWays(node: BenchNode, pod: BenchPod): Promise<Ways> {
  return withNamespaces([{ way: "plures", pods: [pod] }], async ([group]) => {
    const [sample] = group?.pods ?? [];
    if (sample === undefined) throw new Error("preparing the ways: there is no sample pod");
    const plures = throughPlures(node);
    await plures.add(sample);
    const journal = createJournal(node.places.journal);
    const entry = await journal.read({ containerId: sample.containerId, ifName: "eth0" });
    if (entry === undefined) throw new Error("preparing the ways: the journal has no plan");
    await plures.del(sample);
    const from = { plan: entry.plan, sample };
    const ways: Ways = {
      "one-after-another": pluginsAlone("one-after-another", from),
      "side-by-side": pluginsAlone("side-by-side", from),
      plures,
    };
    for (const { add, del } of Object.values(ways)) {
      await add(sample);
      await del(sample);
    }
    return ways;
  });
}

async function measureCalls(
  groups: readonly PodGroup[],
  { places }: BenchNode,
  ways: Ways,
): Promise<{ readonly calls: readonly CallRow[]; readonly left: readonly LeftRow[] }> {
  return withNamespaces(groups, async (live) => {
    const times = await measureInTurns(live, ways);
    const pods = live.flatMap((group) => group.pods);
    return {
      calls: times.map(callRow),
      left: [{ after: "all ways in turns", ...(await countLeft(places, pods)) }],
    };
  });
}

async function measureCrowds(
  groups: readonly PodGroup[],
  { places }: BenchNode,
  ways: Ways,
): Promise<{ readonly rates: readonly RateRow[]; readonly left: readonly LeftRow[] }> {
  const rates: RateRow[] = [];
  const left: LeftRow[] = [];
  for (const group of groups) {
    await withNamespaces([group], async (live) => {
      for (const one of live) {
        const add = round(await measureRate(one, "add", { ways, atOnce }));
        const del = round(await measureRate(one, "del", { ways, atOnce }));
        rates.push({ way: one.way, add, del });
        left.push({ after: `${one.way}, ${atOnce} at a time`, ...(await countLeft(places, one.pods)) });
      }
    });
  }
  return { rates, left };
}
