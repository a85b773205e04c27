// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { factsOf, knownOf } from "./builders.ts";
import type { Fields } from "./object-fields.ts";

describe("what a ServiceAccount may do", () => {
  const daemonSet = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "m", namespace: "net" },
    spec: {
      template: { spec: { serviceAccountName: "mu", containers: [{ command: ["/thin_entrypoint"] }] } },
    },
  };
  const rbac = "rbac.authorization.k8s.io/v1";
  const binding = (kind: string, name: string, subject: Fields, role: Fields, namespace?: string) => ({
    apiVersion: rbac,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: role,
    subjects: [subject],
  });
  const own = { kind: "ServiceAccount", name: "mu", namespace: "net" };
  const view = { kind: "ClusterRole", name: "view" };
  const rows: readonly [string, Fields, readonly unknown[]][] = [
    [
      "its own binding",
      binding("ClusterRoleBinding", "b", own, view),
      [{ binding: "ClusterRoleBinding/b", role: "ClusterRole/view", namespace: "", exists: false }],
    ],
    [
      "a binding of a namespace",
      binding("RoleBinding", "b", own, view, "other"),
      [{ binding: "RoleBinding/b", namespace: "other" }],
    ],
    [
      "all accounts of its namespace",
      binding("ClusterRoleBinding", "b", { kind: "Group", name: "system:serviceaccounts:net" }, view),
      [{}],
    ],
    [
      "all accounts",
      binding("ClusterRoleBinding", "b", { kind: "Group", name: "system:serviceaccounts" }, view),
      [{}],
    ],
    [
      "accounts of another namespace",
      binding("ClusterRoleBinding", "b", { ...own, namespace: "x" }, view),
      [],
    ],
    [
      "everybody",
      binding("ClusterRoleBinding", "b", { kind: "Group", name: "system:authenticated" }, view),
      [],
    ],
  ];

  test.each(rows)("%s", async (_, bound, roles) => {
    const listedKinds = [
      "ClusterRoleBinding",
      "RoleBinding",
      "ClusterRole",
      "Role",
      "ServiceAccount",
      "ConfigMap",
    ];
    const facts = await factsOf({ objects: [daemonSet, bound], listedKinds });
    expect(knownOf(facts.rbac)).toMatchObject([{ serviceAccount: "mu", exists: false, roles }]);
    expect(knownOf(facts.rbac)[0]?.roles.length).toBe(roles.length);
  });
});
