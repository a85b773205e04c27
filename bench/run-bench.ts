// SPDX-License-Identifier: Apache-2.0
import { measureAgentLoad } from "./agent-load.ts";
import type { AgentProcess } from "./agent-process.ts";
import { startApiServerProcess } from "./api-server.ts";
import { countLeft } from "./left.ts";
import { describeMachine } from "./machine.ts";
import { measureInTurns, measureRate, type Ways } from "./measure.ts";
import { type BenchNode, type NodeSetting, pluresWays, setUpNode, startNodeAgent } from "./node.ts";
import { allPods, crowdTurns, isOfAgent, type PodGroup, planPods, withNamespaces } from "./pod-groups.ts";
import { prepareWays } from "./prepare-ways.ts";
import { type BenchReport, type CallRow, callRow, type LeftRow, type RateRow } from "./report.ts";
import { clusterObjects } from "./scenario.ts";
import { measureStarts } from "./starts.ts";
import { round } from "./statistics.ts";

/** What the measuring needs to know. */
export interface BenchSetting extends NodeSetting {
  /** Per way and turn. */
  readonly pods: number;
  readonly progress: (what: string) => void;
}

/** How many pods are under way at once in the phases that are not one at a time. */
const atOnce = 8;

/** Measures everything, in a sandbox that `prepareSandbox` made. Throws an Error when a call fails. */
export async function runBench(setting: BenchSetting): Promise<BenchReport> {
  const { pods, binDir, progress } = setting;
  const machine = describeMachine(binDir);
  const node = await setUpNode(setting);
  progress("programs that have nothing to do");
  const starts = await measureStarts({ ...node, ...setting });
  const measured = await measureWays(node, setting);
  progress("one agent with a full node");
  const { agent, left } = await measureAgentLoad(node, setting, atOnce);
  return {
    schemaVersion: 1,
    machine,
    pods,
    atOnce,
    starts,
    ...measured,
    agent,
    left: [...measured.left, left],
  };
}

type Measured = Pick<BenchReport, "calls" | "rates" | "left">;

async function measureWays(node: BenchNode, setting: BenchSetting): Promise<Measured> {
  const { pods, folder, shim, progress } = setting;
  const groups = planPods(pods);
  const api = await startApiServerProcess(folder, clusterObjects(allPods(groups)));
  try {
    const { kubeconfig } = api;
    const agent = await startNodeAgent(node, setting, { name: "agent", kubeconfig });
    const ways = await prepareWays(node, groups.sample, pluresWays(node, { shim, kubeconfig, agent }));
    const before = await agent.answered();
    progress(`${pods} pods each way, one at a time`);
    const calls = await measureCalls(groups.inTurns, node, ways);
    progress(`${pods} pods each way, ${atOnce} at a time, ${crowdTurns} times`);
    const crowds = await measureCrowds(groups.crowds, node, ways);
    await requireAnswers(agent, before, [...groups.inTurns, ...groups.crowds]);
    await agent.stop();
    return { ...calls, ...crowds, left: [...calls.left, ...crowds.left] };
  } finally {
    await api.stop();
  }
}

/** A shim that did not reach the agent may have gone on alone: that would be another way. */
async function requireAnswers(
  agent: AgentProcess,
  before: number,
  groups: readonly PodGroup[],
): Promise<void> {
  const pods = groups.filter(isOfAgent).reduce((sum, group) => sum + group.pods.length, 0);
  const answered = (await agent.answered()) - before;
  if (answered !== 2 * pods) throw new Error(`the agent answered ${answered} of ${2 * pods} requests`);
}

async function measureCalls(
  groups: readonly PodGroup[],
  { places }: BenchNode,
  ways: Ways,
): Promise<{ readonly calls: readonly CallRow[]; readonly left: readonly LeftRow[] }> {
  return withNamespaces(groups, async (live) => {
    const times = await measureInTurns(live, ways);
    const alone = times.find(({ way }) => way === "one-after-another") ?? { add: [], del: [] };
    const pods = live.flatMap((group) => group.pods);
    return {
      calls: times.map((row) => callRow(row, alone)),
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
      for (const { way, pods } of live) {
        const how = { way: ways[way], atOnce };
        const add = round(await measureRate({ pods }, "add", how));
        const del = round(await measureRate({ pods }, "del", how));
        rates.push({ way, add, del });
        left.push({ after: `${way}, ${atOnce} at a time`, ...(await countLeft(places, pods)) });
      }
    });
  }
  return { rates, left };
}
