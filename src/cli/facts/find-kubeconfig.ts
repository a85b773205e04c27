// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { distributions } from "../../distributions/index.ts";

/** What decides which kubeconfig is used. */
export interface KubeconfigPlace {
  /** Of the command line. */
  readonly named: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
}

/**
 * - `file`: this one; `by` is what names it, absent for one that is where such files are
 * - `in-cluster`: we run in a pod and have its ServiceAccount
 * - `none`: no cluster is known here
 */
export type FoundKubeconfig =
  | { readonly kind: "file"; readonly path: string; readonly by?: "--kubeconfig" | "$KUBECONFIG" }
  | { readonly kind: "in-cluster" }
  | { readonly kind: "none" };

/**
 * The kubeconfig that is named, else the first of KUBECONFIG, else the first that is there of the user's own
 * and those of the administrators of all distributions; last the ServiceAccount of the pod that we run in.
 */
export function findKubeconfig({ named, env, exists }: KubeconfigPlace): FoundKubeconfig {
  if (named !== undefined) return { kind: "file", path: named, by: "--kubeconfig" };
  const listed = (env.KUBECONFIG ?? "").split(":").filter((path) => path !== "");
  // What somebody names is to be read, if only to be told that it is not there.
  const [first] = listed;
  if (first !== undefined) return { kind: "file", path: listed.find(exists) ?? first, by: "$KUBECONFIG" };
  const own = env.HOME === undefined ? [] : [join(env.HOME, ".kube/config")];
  const path = [...own, ...adminKubeconfigs()].find(exists);
  if (path !== undefined) return { kind: "file", path };
  return env.KUBERNETES_SERVICE_HOST ? { kind: "in-cluster" } : { kind: "none" };
}

function adminKubeconfigs(): readonly string[] {
  const all = distributions.flatMap(({ layouts }) =>
    layouts.flatMap(({ paths }) => paths.adminKubeconfig?.value ?? []),
  );
  return [...new Set(all)].filter((path) => path.startsWith("/"));
}
