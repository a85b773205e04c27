// SPDX-License-Identifier: Apache-2.0
import type { PodSpec } from "kubernetes-types/core/v1";
import { agentManifests, type Installation } from "../../src/manifests/index.ts";
import type { User } from "../../src/testing/api-server/index.ts";

/** What a cluster makes of the agent's manifests once they are applied. */
export interface AgentDeployment {
  /** The pod of the DaemonSet. */
  readonly spec: PodSpec;
  /** How long a pod must be ready until the one that it replaces is deleted. */
  readonly minReadySeconds: number;
  /** The data of each ConfigMap. */
  readonly configMaps: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** The account: it may do what its roles say, and nothing else. */
  readonly account: Pick<User, "name" | "rules">;
}

type Objects = readonly ReturnType<typeof agentManifests>[number]["object"][];

/** Reads the manifests of an installation. Throws for those that have no DaemonSet. */
export function deploymentOf(installation: Installation): AgentDeployment {
  const objects = agentManifests(installation).map(({ object }) => object);
  const configMaps = objects.flatMap((object) =>
    object.kind === "ConfigMap" ? [[object.metadata?.name ?? "", object.data ?? {}] as const] : [],
  );
  return {
    ...daemonSetOf(objects),
    configMaps: new Map(configMaps),
    account: { name: accountName(objects, installation), rules: rulesOf(objects, installation) },
  };
}

function daemonSetOf(objects: Objects): Pick<AgentDeployment, "spec" | "minReadySeconds"> {
  for (const object of objects) {
    if (object.kind !== "DaemonSet" || object.spec?.template.spec === undefined) continue;
    return { spec: object.spec.template.spec, minReadySeconds: object.spec.minReadySeconds ?? 0 };
  }
  throw new Error("the manifests have no DaemonSet with a pod");
}

function accountName(objects: Objects, { namespace }: Installation): string {
  const account = objects.find(({ kind }) => kind === "ServiceAccount")?.metadata?.name;
  return `system:serviceaccount:${namespace}:${account}`;
}

function rulesOf(objects: Objects, { namespace }: Installation): User["rules"] {
  return objects.flatMap((object) => {
    if (object.kind !== "ClusterRole" && object.kind !== "Role") return [];
    const where = object.kind === "Role" ? { namespaces: [namespace] } : {};
    return (object.rules ?? []).map(({ apiGroups = [], resources = [], verbs, resourceNames }) => {
      const names = resourceNames === undefined ? {} : { resourceNames };
      return { apiGroups, resources, verbs, ...names, ...where };
    });
  });
}
