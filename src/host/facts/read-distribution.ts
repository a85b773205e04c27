// SPDX-License-Identifier: Apache-2.0
import type { DistributionFact } from "../../diagnosis/index.ts";
import {
  chooseLayout,
  type HostHints,
  type NodeLayout,
  pathsToLookFor,
  recognise,
} from "../../distributions/index.ts";
import { CannotLook } from "./cannot-look.ts";
import { lookForNow } from "./look-for.ts";
import type { Machine } from "./machine.ts";
import { readOsRelease } from "./read-os.ts";

/** What a host is, and where its distribution keeps things when nobody says otherwise. */
export interface HostDistribution {
  readonly fact: DistributionFact;
  readonly layout: NodeLayout | undefined;
}

/** Recognises the distribution of a host. Throws a CannotLook when nothing of it could be seen at all. */
export function readDistribution(machine: Machine, words: readonly string[] | undefined): HostDistribution {
  const host = readHints(machine, words);
  if (Object.keys(host.there).length === 0 && host.osRelease === undefined) {
    throw new CannotLook("neither /etc/os-release nor the folders of a distribution can be looked at");
  }
  const recognition = recognise({ host });
  if (recognition.kind === "unknown") {
    return { fact: { name: "unknown", why: [recognition.reason] }, layout: undefined };
  }
  const { distribution, version, why } = recognition;
  const choice = chooseLayout(distribution, { host });
  return {
    fact: { name: distribution.id, version, why },
    // Of several the likeliest is the last.
    layout: choice.kind === "known" ? choice.layout : choice.candidates.at(-1),
  };
}

function readHints(machine: Machine, words: readonly string[] | undefined): HostHints {
  const there = pathsToLookFor({ arguments: words }).flatMap((path) => {
    const seen = lookForNow(path, () => machine.look(path) !== undefined);
    return seen.kind === "known" ? [[path, seen.value] as const] : [];
  });
  const osRelease = lookForNow("os-release", () => readOsRelease(machine));
  return {
    there: Object.fromEntries(there),
    osRelease: osRelease.kind === "known" ? osRelease.value : undefined,
    version: readVersion(machine),
    arguments: words,
  };
}

/** Only a snap keeps the version of its Kubernetes in a file. */
function readVersion(machine: Machine): string | undefined {
  const seen = lookForNow("the snap", () => machine.readText("/snap/microk8s/current/meta/snap.yaml"));
  const text = seen.kind === "known" ? (seen.value ?? "") : "";
  return /^version:\s*["']?(v?\d[^"'\s]*)/m.exec(text)?.[1];
}
