// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { flag, list, shape, text } from "./shapes.ts";

/** What the ServiceAccount of a Multus may do. */
export const rbacFact = shape("What the ServiceAccount of a Multus may do", {
  namespace: text("Namespace of the ServiceAccount"),
  serviceAccount: text("Name of the ServiceAccount"),
  exists: flag("Whether the ServiceAccount is there"),
  roles: list(
    "Roles that are bound to it, in the whole cluster or in a namespace",
    shape("A bound role", {
      binding: text("Kind and name of the binding, such as ClusterRoleBinding/multus"),
      role: text("Kind and name of the role, such as ClusterRole/multus"),
      namespace: text("Where it holds; empty is everywhere"),
      exists: flag("Whether the role is there"),
      rules: list(
        "Its rules",
        shape("A rule", {
          apiGroups: list("apiGroups", text("Group")),
          resources: list("resources", text("Resource")),
          resourceNames: list("resourceNames", text("Name")),
          nonResourceUrls: list("nonResourceURLs", text("Path")),
          verbs: list("verbs", text("Verb")),
        }),
      ),
    }),
  ),
});

/** What the ServiceAccount of a Multus may do. */
export type RbacFact = v.InferOutput<typeof rbacFact>;
