// SPDX-License-Identifier: Apache-2.0
import * as v from "valibot";
import { clusterFacts } from "./cluster-facts.ts";
import { hostFacts } from "./host-facts.ts";
import { maybe, shape, time } from "./shapes.ts";

/** Everything that was looked at, as one JSON document. */
export const facts = shape("What a host and a cluster look like, as `plures facts` prints it", {
  schemaVersion: v.literal(1),
  takenAt: time("When it was looked at"),
  host: maybe(hostFacts),
  cluster: maybe(clusterFacts),
});

/** Everything that was looked at, as one JSON document. */
export type Facts = v.InferOutput<typeof facts>;
