// SPDX-License-Identifier: Apache-2.0
import { createJournal } from "../src/host/index.ts";
import type { Ways } from "./measure.ts";
import type { BenchNode, PluresWays } from "./node.ts";
import { withNamespaces } from "./pod-groups.ts";
import type { BenchPod } from "./scenario.ts";
import { type LivePod, pluginsAlone } from "./ways.ts";

/** An agent on a node is warm when a pod comes. */
const warmUps = 5;

/**
 * Has Plures plan one pod, so that the plugins alone get the very same. It is the warm-up of every way, too.
 */
export async function prepareWays(node: BenchNode, pod: BenchPod, plures: PluresWays): Promise<Ways> {
  return withNamespaces([{ way: "without-agent", pods: [pod] }], async ([group]) => {
    const [sample] = group?.pods ?? [];
    if (sample === undefined) throw new Error("preparing the ways: there is no sample pod");
    const from = { plan: await planOf(sample, node, plures), sample };
    const ways: Ways = {
      "one-after-another": pluginsAlone("one-after-another", from),
      "side-by-side": pluginsAlone("side-by-side", from),
      ...plures,
    };
    for (const { add, del } of Array.from({ length: warmUps }, () => Object.values(ways)).flat()) {
      await add(sample);
      await del(sample);
    }
    return ways;
  });
}

async function planOf(sample: LivePod, node: BenchNode, plures: PluresWays) {
  const way = plures["without-agent"];
  await way.add(sample);
  const journal = createJournal(node.places.journal);
  const entry = await journal.read({ containerId: sample.containerId, ifName: "eth0" });
  if (entry === undefined) throw new Error("preparing the ways: the journal has no plan");
  await way.del(sample);
  return entry.plan;
}
