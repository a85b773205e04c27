// SPDX-License-Identifier: Apache-2.0
import type { ClusterFacts, Fact } from "../../diagnosis/facts/index.ts";
import type { Fields } from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";
import { readFactsOf } from "./read-cluster-facts.ts";
import { recordedObjects } from "./recorded-objects.ts";

/** What the file `cluster.json` of a test holds; nothing unless told. */
export interface RecordedParts {
  readonly objects?: readonly Fields[];
  readonly listedKinds?: readonly string[];
  readonly version?: Fields;
  readonly apiGroups?: readonly string[];
}

/** The objects of a file, for tests. */
export function sourceOf({
  objects = [],
  listedKinds = [],
  version,
  apiGroups,
}: RecordedParts): ObjectSource {
  return recordedObjects({
    source: "cluster.json",
    objects,
    listedKinds: new Set(listedKinds),
    version,
    apiGroups,
  });
}

/** The facts of a file, for tests. */
export function factsOf(parts: RecordedParts): Promise<Omit<ClusterFacts, "origin">> {
  return readFactsOf(sourceOf(parts), () => undefined);
}

/** The value of a fact that has to be known. Throws an Error with the reason for another one. */
export function knownOf<T>(fact: Fact<T>): T {
  if (fact.kind !== "known") throw new Error(`it is not known: ${fact.reason}`);
  return fact.value;
}
