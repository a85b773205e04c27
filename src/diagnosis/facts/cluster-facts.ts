// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { nodeFact } from "./cluster-node-fact.ts";
import { factOf } from "./fact.ts";
import { multusDaemonSetFact } from "./multus-daemon-set-fact.ts";
import { crdFact, networkFact } from "./network-object-facts.ts";
import { primaryFact } from "./primary-fact.ts";
import { rbacFact } from "./rbac-fact.ts";
import { flag, list, maybe, oneOf, shape, text } from "./shapes.ts";
import { eventFact, kubevirtFact, podsFact } from "./workload-facts.ts";

/** What is true in one cluster. */
export const clusterFacts = shape("What is true in one cluster", {
  origin: shape("Where it was read", {
    kind: oneOf("A cluster now, or a file with its objects", ["live", "recorded"]),
    server: maybe(text("Address of the API server")),
    file: maybe(text("The file with the objects")),
  }),
  version: factOf(
    shape("Version of the API server", {
      gitVersion: text("gitVersion, such as v1.31.2+k3s1"),
      platform: maybe(text("platform, such as linux/amd64")),
    }),
  ),
  apiGroups: factOf(list("API groups that are served, sorted", text("Group"))),
  nodes: factOf(list("Nodes, by name", nodeFact)),
  multusDaemonSets: factOf(
    list("DaemonSets that run Multus or Plures, by namespace and name", multusDaemonSetFact),
  ),
  crd: factOf(crdFact),
  networks: factOf(list("NetworkAttachmentDefinitions, by namespace and name", networkFact)),
  rbac: factOf(list("What the ServiceAccounts of Multus may do", rbacFact)),
  access: factOf(
    list(
      "What we may do ourselves, as the API server says",
      shape("A right", {
        verb: text("Verb"),
        group: text("API group"),
        resource: text("Resource"),
        namespace: text("Namespace; empty is the whole cluster"),
        allowed: flag("Whether we may"),
      }),
    ),
  ),
  primary: factOf(list("Network plugins that give pods their first interface", primaryFact)),
  kubevirt: factOf(kubevirtFact),
  pods: factOf(podsFact),
  events: factOf(list("Events about networks of pods or about a Multus, newest first", eventFact)),
});

/** What is true in one cluster. */
export type ClusterFacts = v.InferOutput<typeof clusterFacts>;
