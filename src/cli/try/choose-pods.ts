// SPDX-License-Identifier: Apache-2.0
import type { Pod } from "../../attachments/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";

/**
 * The pods to try: all, or the one that `wanted`, `name` or `namespace/name`, names. Throws a CommandFailure
 * (exit code 2) when there is none, or when a bare name fits several.
 */
export function choosePods(pods: readonly Pod[], wanted: string | undefined): readonly Pod[] {
  if (pods.length === 0) {
    throw new CommandFailure(exitCodes.wrongInput, "the files have no pod, so there is nothing to attach", {
      hint: "add a Pod (or a Deployment, DaemonSet, StatefulSet, Job) with the annotation k8s.v1.cni.cncf.io/networks",
    });
  }
  if (wanted === undefined) return pods;
  const fitting = pods.filter((pod) => keyOf(pod) === wanted || pod.name === wanted);
  if (fitting.length === 1) return fitting;
  const problem = fitting.length === 0 ? "is in none of the files" : "fits several pods";
  const choice = (fitting.length === 0 ? pods : fitting).map(keyOf).join(", ");
  throw new CommandFailure(exitCodes.wrongInput, `--pod: "${wanted}" ${problem}`, {
    hint: `choose from ${choice}`,
  });
}

function keyOf({ namespace, name }: Pod): string {
  return `${namespace}/${name}`;
}
