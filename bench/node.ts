// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addLan, recordBaseline } from "../src/host/sandbox/index.ts";
import { statePaths } from "../src/shim/index.ts";
import { type AgentProcess, startAgentProcess } from "./agent-process.ts";
import type { LeftPlaces } from "./left.ts";
import { attachedInParallel } from "./node-config.ts";
import { masters, multusConfig, primaryConflist } from "./scenario.ts";
import { type PluginsAlone, throughPlures, type Way, type WayName } from "./ways.ts";

/** The node of the sandbox, ready for pods. */
export interface BenchNode {
  /** Plures under the name that a runtime starts. */
  readonly executable: string;
  readonly binDir: string;
  /** An empty folder for what belongs to this node. */
  readonly folder: string;
  readonly cniDir: string;
  readonly places: LeftPlaces;
}

/** Where things come from. */
export interface NodeSetting {
  /** The compiled executable. */
  readonly plures: string;
  readonly shim: string;
  /** A folder on a real disk: syncing the journal must not be cheaper here than on a node. */
  readonly folder: string;
  readonly binDir: string;
}

/** Gives the sandbox's node its interfaces and files. */
export async function setUpNode({ plures, folder, binDir }: NodeSetting): Promise<BenchNode> {
  const executable = join(folder, "multus");
  const cniDir = join(folder, "state");
  symlinkSync(plures, executable);
  mkdirSync(cniDir);
  for (const master of masters) await addLan({ master, addresses: [] });
  return {
    executable,
    binDir,
    folder,
    cniDir,
    places: { baseline: await recordBaseline(), journal: statePaths(cniDir).journal },
  };
}

/** An agent for this node; its files go into a new folder `name`. */
export function startNodeAgent(
  { folder, cniDir }: BenchNode,
  { plures, binDir }: Pick<NodeSetting, "plures" | "binDir">,
  { name, kubeconfig }: { readonly name: string; readonly kubeconfig: string },
): Promise<AgentProcess> {
  const own = join(folder, name);
  mkdirSync(own);
  return startAgentProcess({ plures, folder: own, primary: primaryConflist, cniDir, binDir, kubeconfig });
}

/** The ways through Plures. */
export type PluresWays = Readonly<Record<Exclude<WayName, PluginsAlone>, Way>>;

/**
 * Plures without agent, and with this one. The configuration for the agent has no kubeconfig: a shim that
 * does not reach it fails, and does not go on alone unnoticed.
 */
export function pluresWays(
  { executable, binDir, folder, cniDir }: BenchNode,
  {
    shim,
    kubeconfig,
    agent,
  }: {
    readonly shim: string;
    readonly kubeconfig: string;
    readonly agent: Pick<AgentProcess, "config">;
  },
): PluresWays {
  const primaryFile = join(folder, "10-primary.conflist");
  writeFileSync(primaryFile, primaryConflist);
  const alone = multusConfig({ primaryFile, cniDir, binDir, kubeconfig });
  const parallel = attachedInParallel(agent.config);
  return {
    "without-agent": throughPlures({ executable, config: alone, binDir }),
    "static-shim": throughPlures({ executable: shim, config: agent.config, binDir }),
    "static-shim-parallel": throughPlures({ executable: shim, config: parallel, binDir }),
    "typescript-shim": throughPlures({ executable, config: agent.config, binDir }),
    "typescript-shim-parallel": throughPlures({ executable, config: parallel, binDir }),
  };
}
