// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants, statSync } from "node:fs";
import { readFactsOf, readLiveClusterFacts, recordedObjects } from "../../cluster/facts/index.ts";
import type { ClusterFacts } from "../../diagnosis/facts/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import type { Sides } from "./choose-sides.ts";
import { findKubeconfig } from "./find-kubeconfig.ts";
import { readRecording } from "./recorded-cluster.ts";

/** What gathering touches of this process. */
export interface ClusterWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly readStdin: () => Promise<string>;
  readonly progress: (what: string) => void;
  readonly note: Output["note"];
}

/**
 * The facts of the cluster that is looked at; undefined where none is, or none is known here, which is
 * noted. Throws a CommandFailure (exit code 2) for files that cannot be what they are named for.
 */
export async function gatherCluster(
  side: Sides["cluster"],
  { env, signal, readStdin, progress, note }: ClusterWorld,
): Promise<ClusterFacts | undefined> {
  if (side === undefined) return undefined;
  if (side.kind === "recorded") {
    const recording = await readRecording(side.files, readStdin);
    const origin = { kind: "recorded", file: recording.source } as const;
    return { origin, ...(await readFactsOf(recordedObjects(recording), progress)) };
  }
  const found = findKubeconfig({ named: side.kubeconfig, env, exists: isFile });
  if (found.kind === "none") {
    note("no cluster is known here: no $KUBECONFIG, no ~/.kube/config, none of a distribution");
    note("hint: name a kubeconfig with --kubeconfig, or say --local");
    return undefined;
  }
  if (found.kind === "file" && found.by !== undefined) requireReadable(found.path, found.by);
  const kubeconfig = found.kind === "file" ? found.path : undefined;
  return readLiveClusterFacts({ kubeconfig, env, signal, progress });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** What somebody names is to be right; what we found ourselves may be unreadable, as its facts then tell. */
function requireReadable(path: string, by: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    const isAbsent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const reason = isAbsent ? "there is no such file" : "you may not read it";
    throw new CommandFailure(exitCodes.wrongInput, `reading the kubeconfig "${path}" of ${by}: ${reason}`, {
      hint: "name a kubeconfig that you may read, or say --local",
      cause,
    });
  }
}
