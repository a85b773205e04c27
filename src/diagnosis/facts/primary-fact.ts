// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { factOf } from "./fact.ts";
import { flag, maybe, shape, text } from "./shapes.ts";

/** A network plugin of the cluster that gives pods their first interface. */
export const primaryFact = shape("A network plugin of the cluster that gives pods their first interface", {
  name: text("flannel, calico, canal, cilium, kindnet, kube-router, ovn-kubernetes, aws, azure ..."),
  why: text("What it was recognised by"),
  namespace: maybe(text("Namespace of its workload")),
  workload: maybe(text("Kind and name of its workload")),
  version: maybe(text("Tag of its image")),
  exclusive: maybe(
    factOf(flag("Cilium's cni-exclusive: whether it renames configurations of others; true when not set")),
  ),
});

/** A network plugin of the cluster that gives pods their first interface. */
export type PrimaryFact = v.InferOutput<typeof primaryFact>;
