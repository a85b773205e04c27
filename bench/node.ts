// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addLan, recordBaseline } from "../src/host/sandbox/index.ts";
import { statePaths } from "../src/shim/index.ts";
import type { LeftPlaces } from "./left.ts";
import { masters, multusConfig, primaryConflist } from "./scenario.ts";

/** The node of the sandbox, ready for pods. */
export interface BenchNode {
  /** Plures under the name that a runtime starts. */
  readonly executable: string;
  readonly binDir: string;
  /** `00-multus.conf`. */
  readonly config: string;
  readonly places: LeftPlaces;
}

/** Where things come from. */
export interface NodeSetting {
  /** The compiled executable. */
  readonly plures: string;
  /** A folder on a real disk: syncing the journal must not be cheaper here than on a node. */
  readonly folder: string;
  readonly binDir: string;
  readonly kubeconfig: string;
}

/** Gives the sandbox's node its interfaces and files. */
export async function setUpNode({ plures, folder, binDir, kubeconfig }: NodeSetting): Promise<BenchNode> {
  const executable = join(folder, "multus");
  const primaryFile = join(folder, "10-primary.conflist");
  const cniDir = join(folder, "state");
  symlinkSync(plures, executable);
  writeFileSync(primaryFile, primaryConflist);
  mkdirSync(cniDir);
  for (const master of masters) await addLan({ master, addresses: [] });
  return {
    executable,
    binDir,
    config: multusConfig({ primaryFile, cniDir, binDir, kubeconfig }),
    places: { baseline: await recordBaseline(), journal: statePaths(cniDir).journal },
  };
}
