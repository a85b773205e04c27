// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from "node:fs";
import { inspectPod, leftovers, type NodeBaseline } from "../src/host/sandbox/index.ts";
import type { LivePod } from "./ways.ts";

/** How much is left after every DEL; all 0 when it is right. */
export interface Left {
  /** Interfaces of the node and in the pods. */
  readonly links: number;
  readonly leases: number;
  /** Entries of our journal. */
  readonly journal: number;
}

/** Where to look. */
export interface LeftPlaces {
  readonly baseline: NodeBaseline;
  /** Folder of the journal. */
  readonly journal: string;
}

/** Counts what is left on the node and in `pods`, whose namespaces still are there. */
export async function countLeft({ baseline, journal }: LeftPlaces, pods: readonly LivePod[]): Promise<Left> {
  const { links, leases } = await leftovers(baseline);
  const inPods = (await Promise.all(pods.map(({ netns }) => inspectPod(netns)))).flatMap(
    ({ interfaces }) => interfaces,
  );
  return {
    links: links.length + inPods.length,
    leases: leases.length,
    journal: existsSync(journal) ? readdirSync(journal).length : 0,
  };
}

/** Whether nothing is left. */
export function isNothing({ links, leases, journal }: Left): boolean {
  return links + leases + journal === 0;
}
