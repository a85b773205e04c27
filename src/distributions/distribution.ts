// SPDX-License-Identifier: Apache-2.0
import type { Condition } from "./condition.ts";
import type { Sign } from "./sign.ts";
import type { Statement } from "./statement.ts";

/** Paths of a node that decide where a network plugin has to be. */
export const pathNames = [
  "cniConfDir",
  "cniBinDir",
  "runtimeConfig",
  "criSocket",
  "kubeletDir",
  "adminKubeconfig",
] as const;

/** One of them. */
export type PathName = (typeof pathNames)[number];

/** Where everything is on some nodes of a distribution; what nobody said is absent. */
export interface Layout {
  /** One or a few words, unique in the distribution. */
  readonly name: string;
  /** The first layout of a distribution whose condition holds is that of a machine. */
  readonly when: Condition;
  /** Absolute; `{dataDir}` at the beginning is the data directory. */
  readonly paths: Readonly<Partial<Record<PathName, Statement<string>>>>;
  readonly primary?: Statement<PrimaryNetwork>;
}

/** The network that pods get without asking, as it is without anybody's doing. */
export interface PrimaryNetwork {
  /** Its file in cniConfDir. */
  readonly file: string;
  readonly name?: string;
  /** Of its first plugin. */
  readonly type?: string;
}

/** A directory that the user can move, with all that is in it. */
export interface DataDir {
  readonly default: string;
  /** Names of the argument that moves it. */
  readonly names: readonly string[];
}

/** What is to be known of a folder before anything is written there. */
export interface FolderTrait {
  /** Absolute, or below `{dataDir}`. */
  readonly path: string;
  /**
   * `volatile`: empty after a reboot. `persistent`: kept although what is around it is not. `replaced`:
   * others put their own files over what has the same name. `emptied`: others delete what they did not make.
   */
  readonly trait: "volatile" | "persistent" | "read-only" | "replaced" | "emptied";
  readonly note: string;
}

/** Whether Multus is there without our doing. */
export interface MultusThere {
  /** `always`; `option`: where somebody chose it; `never`: the distribution does not bring it. */
  readonly is: "always" | "option" | "never";
  readonly how: string;
  /** Name of its DaemonSet, behind its namespace and a slash where that is told. */
  readonly daemonSet?: string;
}

/** Everything that is known of one distribution. */
export interface Distribution {
  /** Name in facts, file name of its module. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** What was read, and how new it was. */
  readonly seen: string;
  /** Each statement is signs that have to be seen together; one statement is enough. */
  readonly signs: readonly Statement<readonly Sign[]>[];
  /** Where its version stands; absent when none of these is its own. */
  readonly version?: "kubelet" | "operating system";
  /** Where `{dataDir}` is. */
  readonly dataDir?: DataDir;
  readonly layouts: readonly [Layout, ...Layout[]];
  /** Of systemd or the service manager that it has; the first that is there restarts the runtime. */
  readonly units?: Statement<readonly string[]>;
  readonly folders: readonly Statement<FolderTrait>[];
  /** Plugins that are in cniBinDir without our doing. */
  readonly plugins: readonly Statement<readonly string[]>[];
  readonly multus: Statement<MultusThere>;
  /** What else a plan or a diagnosis has to know, one sentence each. */
  readonly notes: readonly Statement<string>[];
}

/** Gives the distribution back; so that a data file is checked where it is written. */
export function defineDistribution<const D extends Distribution>(distribution: D): D {
  return distribution;
}
