// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { agentNode } from "./agent-process.ts";
import { startApiServerProcess } from "./api-server.ts";
import { countLeft, type Left } from "./left.ts";
import { measureRate } from "./measure.ts";
import { type BenchNode, type NodeSetting, startNodeAgent } from "./node.ts";
import { withNamespaces } from "./pod-groups.ts";
import { memoryOf, processorMsOf } from "./process-use.ts";
import type { AgentLoad, LeftRow } from "./report.ts";
import { type BenchPod, benchPod, clusterObjects } from "./scenario.ts";
import { round } from "./statistics.ts";
import { throughPlures, type Way } from "./ways.ts";

const load = { pods: 250, networks: 500 } as const;

/** So many pods' namespaces are there at once. */
const batch = 50;

/**
 * What an agent takes and asks for on a full node: an API server and an agent of their own, every pod
 * attached and detached once through the static shim, `atOnce` at a time.
 */
export async function measureAgentLoad(
  node: BenchNode,
  setting: NodeSetting,
  atOnce: number,
): Promise<{ readonly agent: AgentLoad; readonly left: LeftRow }> {
  const pods = Array.from({ length: load.pods }, (_, index) => benchPod("load", index, agentNode));
  const folder = join(node.folder, "load-api");
  mkdirSync(folder);
  const api = await startApiServerProcess(folder, clusterObjects(pods, load.networks));
  try {
    const agent = await startNodeAgent(node, setting, { name: "load-agent", kubeconfig: api.kubeconfig });
    const atRest = memoryOf(agent.pid);
    const processorMs = processorMsOf(agent.pid);
    const way = throughPlures({ executable: setting.shim, config: agent.config, binDir: node.binDir });
    const left: Left[] = [];
    for (let begin = 0; begin < load.pods; begin += batch) {
      left.push(await attachAndDetach(node, pods.slice(begin, begin + batch), { way, atOnce }));
    }
    const use = {
      atRest,
      afterwards: memoryOf(agent.pid),
      processorMsPerPod: round((processorMsOf(agent.pid) - processorMs) / load.pods),
    };
    await agent.stop();
    const requests = await api.stop();
    return {
      agent: { ...load, ...use, requests },
      left: { after: `${load.pods} pods through one agent`, ...sumOf(left) },
    };
  } finally {
    await api.stop();
  }
}

/** Gives what is left. */
function attachAndDetach(
  { places }: BenchNode,
  pods: readonly BenchPod[],
  how: { readonly way: Way; readonly atOnce: number },
): Promise<Left> {
  return withNamespaces([{ way: "static-shim", pods }], async (live) => {
    for (const group of live) {
      await measureRate(group, "add", how);
      await measureRate(group, "del", how);
    }
    return countLeft(
      places,
      live.flatMap((group) => group.pods),
    );
  });
}

function sumOf(rows: readonly Left[]): Left {
  const sum = (kind: keyof Left): number => rows.reduce((total, row) => total + row[kind], 0);
  return { links: sum("links"), leases: sum("leases"), journal: sum("journal") };
}
