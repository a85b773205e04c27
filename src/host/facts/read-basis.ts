// SPDX-License-Identifier: Apache-2.0
import type { Fact, MountFact } from "../../diagnosis/index.ts";
import { lookForNow } from "./look-for.ts";
import type { Machine } from "./machine.ts";
import { readArguments } from "./read-arguments.ts";
import { type HostDistribution, readDistribution } from "./read-distribution.ts";
import { readEndpoint } from "./read-kubelet.ts";
import { readAllMounts } from "./read-mounts.ts";
import { type Process, readProcesses } from "./read-processes.ts";
import { processesOf } from "./tell-processes.ts";

/** What several probes need. */
export interface Basis {
  readonly processes: Fact<readonly Process[]>;
  /** Of the distribution's program. */
  readonly words: Fact<readonly string[] | undefined>;
  readonly distribution: Fact<HostDistribution>;
  readonly mounts: Fact<readonly MountFact[]>;
}

/** Reads what several probes need. */
export function readBasis(machine: Machine): Basis {
  const processes = processesOf(machine, () => readProcesses(machine));
  const words = lookForNow("the distribution's arguments", () =>
    readArguments(machine, valueOr(processes, [])),
  );
  const distribution = lookForNow("the distribution", () =>
    readDistribution(machine, valueOr(words, undefined)),
  );
  const mounts = lookForNow("the mounts", () => readAllMounts(machine));
  return { processes, words, distribution, mounts };
}

/** What is known, else something else. */
export function valueOr<T, Other>(fact: Fact<T>, other: Other): T | Other {
  return fact.kind === "known" ? fact.value : other;
}

/** Where the distribution keeps things when nobody says otherwise. */
export function layoutOf({ distribution }: Basis): HostDistribution["layout"] {
  return valueOr(distribution, undefined)?.layout;
}

/** The kubelet's root by the distribution's table. */
export function kubeletDir(basis: Basis): string | undefined {
  return layoutOf(basis)?.paths.kubeletDir?.value;
}

/** What tells of the kubelet. */
export function kubeletSources(machine: Machine, { processes, words }: Basis) {
  return { machine, processes: valueOr(processes, []), arguments: valueOr(words, undefined) ?? [] };
}

/** What tells which runtime the kubelet uses. */
export function runtimeHints(machine: Machine, basis: Basis) {
  const sources = kubeletSources(machine, basis);
  const paths = layoutOf(basis)?.paths;
  return {
    processes: sources.processes,
    endpoint: readEndpoint(sources),
    table: { config: paths?.runtimeConfig?.value, socket: paths?.criSocket?.value },
  };
}
