// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { confContent } from "./cni-folder-facts.ts";
import { flag, list, maybe, shape, text, time } from "./shapes.ts";

/** The CustomResourceDefinition of NetworkAttachmentDefinitions. */
export const crdFact = shape("The CustomResourceDefinition of NetworkAttachmentDefinitions", {
  exists: flag("Whether it is there"),
  versions: list("Versions that are served", text("Version")),
  storedVersions: list("Versions in which objects are stored", text("Version")),
  established: maybe(flag("Whether the API server serves it")),
  keptByHelm: flag("Whether Helm leaves it when its release is removed"),
  managedBy: list("Who looks after it: labels, Helm releases, owners, field managers", text("Name")),
});

/** The CustomResourceDefinition of NetworkAttachmentDefinitions. */
export type CrdFact = v.InferOutput<typeof crdFact>;

/** A NetworkAttachmentDefinition. */
export const networkFact = shape("A NetworkAttachmentDefinition", {
  namespace: text("Its namespace"),
  name: text("Its name"),
  createdAt: maybe(time("metadata.creationTimestamp")),
  managedBy: list("Who looks after it: labels, Helm releases, owners", text("Name")),
  resourceName: maybe(text("Device resource that its annotation names")),
  config: maybe(text("spec.config as it is written; values of keys that name secrets are left out")),
  content: maybe(confContent),
});

/** A NetworkAttachmentDefinition. */
export type NetworkFact = v.InferOutput<typeof networkFact>;
