// SPDX-License-Identifier: Apache-2.0
import { type ClusterFacts, type Fact, known } from "../../diagnosis/facts/index.ts";
import type { ObjectSource, Right } from "./object-source.ts";

type AccessFact = Extract<ClusterFacts["access"], { kind: "known" }>["value"];

const namespace = "kube-system";

/** What an installation needs; each is one question to the API server, which changes nothing. */
export const neededRights: readonly Right[] = [
  { verb: "create", group: "apps", resource: "daemonsets", namespace },
  { verb: "create", group: "", resource: "serviceaccounts", namespace },
  { verb: "create", group: "", resource: "configmaps", namespace },
  { verb: "create", group: "", resource: "serviceaccounts/token", namespace },
  { verb: "create", group: "rbac.authorization.k8s.io", resource: "clusterroles", namespace: "" },
  { verb: "create", group: "rbac.authorization.k8s.io", resource: "clusterrolebindings", namespace: "" },
  { verb: "create", group: "apiextensions.k8s.io", resource: "customresourcedefinitions", namespace: "" },
  { verb: "create", group: "", resource: "pods", namespace },
];

/** What we may do ourselves of what an installation needs. */
export async function readAccess(source: ObjectSource): Promise<Fact<AccessFact>> {
  const [first, ...others] = neededRights;
  if (first === undefined) return known([]);
  // One alone first: a server that does not answer it answers none.
  const answers = [await source.isAllowed(first)];
  if (answers[0]?.kind === "known") answers.push(...(await Promise.all(others.map(source.isAllowed))));
  const rights: AccessFact[number][] = [];
  for (const [index, right] of neededRights.entries()) {
    const answer = answers[index];
    if (answer?.kind !== "known") return answer ?? known(rights);
    rights.push({ ...right, allowed: answer.value });
  }
  return known(rights);
}
