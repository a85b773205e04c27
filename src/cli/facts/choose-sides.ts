// SPDX-License-Identifier: Apache-2.0
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";

/** What the reader asked for on the command line. */
export interface FactsOptions {
  readonly root: string | undefined;
  readonly cluster: readonly string[];
  readonly kubeconfig: string | undefined;
  readonly local: boolean;
}

/** What is looked at. */
export interface Sides {
  readonly host: { readonly kind: "live" } | { readonly kind: "recorded"; readonly root: string } | undefined;
  readonly cluster:
    | { readonly kind: "live"; readonly kubeconfig: string | undefined }
    | { readonly kind: "recorded"; readonly files: readonly string[] }
    | undefined;
}

/**
 * Where something recorded is named, nothing is looked at that is not named: this host has nothing to do with
 * a recorded cluster. Throws a CommandFailure (exit code 2) for options that contradict each other.
 */
export function chooseSides({ root, cluster, kubeconfig, local }: FactsOptions): Sides {
  const given = [
    ...(cluster.length > 0 ? ["--cluster"] : []),
    ...(kubeconfig === undefined ? [] : ["--kubeconfig"]),
    ...(local ? ["--local"] : []),
  ];
  if (given.length > 1) {
    throw new CommandFailure(exitCodes.wrongInput, `${given.join(" and ")} exclude each other`, {
      hint: "--cluster is for a recorded cluster, --kubeconfig for a live one, --local for none",
    });
  }
  return {
    host: hostSide({ root, cluster }),
    cluster: clusterSide({ root, cluster, kubeconfig, local }),
  };
}

function hostSide({ root, cluster }: Pick<FactsOptions, "root" | "cluster">): Sides["host"] {
  if (root !== undefined) return { kind: "recorded", root };
  return cluster.length > 0 ? undefined : { kind: "live" };
}

function clusterSide({ root, cluster, kubeconfig, local }: FactsOptions): Sides["cluster"] {
  if (cluster.length > 0) return { kind: "recorded", files: cluster };
  if (kubeconfig !== undefined) return { kind: "live", kubeconfig };
  return local || root !== undefined ? undefined : { kind: "live", kubeconfig: undefined };
}
