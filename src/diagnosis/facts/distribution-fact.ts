// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { list, maybe, shape, text } from "./shapes.ts";

/** Which Kubernetes distribution a host or a node is. */
export const distributionFact = shape("The Kubernetes distribution", {
  name: text("Name of one of Plures' distributions, such as k3s; `unknown` when none is recognised"),
  version: maybe(text("Version of the distribution, as it says it itself")),
  why: list("What it was recognised by", text("A file, label or version, as words")),
});

/** Which Kubernetes distribution a host or a node is. */
export type DistributionFact = v.InferOutput<typeof distributionFact>;
