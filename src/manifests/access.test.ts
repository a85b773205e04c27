// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { accessManifests, clusterRules, tokenRules } from "./access.ts";

const rights = ({ value }: (typeof clusterRules)[number]): readonly string[] =>
  value.verbs.flatMap((verb) =>
    (value.resources ?? []).flatMap((resource) =>
      (value.apiGroups ?? []).map((group) => `${verb} ${group === "" ? resource : `${resource}.${group}`}`),
    ),
  );

test("these are all rights in the cluster; a new one needs a reason and a line here", () => {
  expect(clusterRules.flatMap(rights)).toEqual([
    "get pods",
    "list pods",
    "watch pods",
    "get network-attachment-definitions.k8s.cni.cncf.io",
    "list network-attachment-definitions.k8s.cni.cncf.io",
    "watch network-attachment-definitions.k8s.cni.cncf.io",
    "patch pods/status",
    "create events",
    "patch events",
  ]);
  for (const { reason } of [...clusterRules, ...tokenRules]) expect(reason.length).toBeGreaterThan(20);
});

const kinds = (hostKubeconfig: string | undefined) =>
  accessManifests({ namespace: "kube-system", hostKubeconfig }).map(({ object }) => object.kind);

test("tokens can be made only where a kubeconfig is kept on the host, and only of the own account", () => {
  expect(kinds(undefined)).not.toContain("Role");
  expect(kinds("/etc/kubeconfig")).toContain("Role");
  expect(kinds("/etc/kubeconfig")).toContain("RoleBinding");
  expect(tokenRules.map(({ value }) => value)).toEqual([
    {
      apiGroups: [""],
      resources: ["serviceaccounts/token"],
      resourceNames: ["multus"],
      verbs: ["create"],
    },
  ]);
});
