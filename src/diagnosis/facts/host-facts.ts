// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { confFolderFact, pluginFolderFact } from "./cni-folder-facts.ts";
import { distributionFact } from "./distribution-fact.ts";
import { factOf } from "./fact.ts";
import { kernelFact } from "./kernel-fact.ts";
import { mountFact } from "./mount-fact.ts";
import { multusFacts } from "./multus-facts.ts";
import { interfaceFact, routeFact } from "./network-facts.ts";
import { runtimeFact } from "./runtime-fact.ts";
import { securityFact } from "./security-fact.ts";
import { hostPath, list, maybe, oneOf, shape, text } from "./shapes.ts";

/** What is true on one host. */
export const hostFacts = shape("What is true on one host", {
  origin: shape("Where it was read", {
    kind: oneOf("This machine now, or the files of one", ["live", "recorded"]),
    root: maybe(text("The folder with the files of the recorded machine")),
  }),
  hostName: factOf(text("The host's own name for itself")),
  operatingSystem: factOf(
    shape("os-release", {
      id: text("ID"),
      like: list("ID_LIKE", text("ID")),
      version: maybe(text("VERSION_ID")),
      variant: maybe(text("VARIANT_ID")),
      name: maybe(text("PRETTY_NAME")),
    }),
  ),
  distribution: factOf(distributionFact),
  runtime: factOf(runtimeFact),
  kubelet: factOf(
    shape("The kubelet", {
      root: hostPath("Its root folder"),
      from: text("What says so: an argument, a file, or the distribution's default"),
    }),
  ),
  confFolders: factOf(list("Folders of CNI configurations; the runtime's own is the first", confFolderFact)),
  pluginFolders: factOf(
    list("Folders of CNI plugins, in the order in which they are searched", pluginFolderFact),
  ),
  kernel: factOf(kernelFact),
  interfaces: factOf(list("Network interfaces, by number", interfaceFact)),
  routes: factOf(list("Routes of the main table, IPv4 first", routeFact)),
  mounts: factOf(list("Mounts, by path; those of single pods and containers are left out", mountFact)),
  security: factOf(securityFact),
  multus: factOf(multusFacts),
});

/** What is true on one host. */
export type HostFacts = v.InferOutput<typeof hostFacts>;
