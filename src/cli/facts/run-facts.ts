// SPDX-License-Identifier: Apache-2.0
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { ClusterFacts, Fact, Facts, HostFacts } from "../../diagnosis/facts/index.ts";
import { readHostFacts } from "../../host/facts/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { chooseSides, type FactsOptions, type Sides } from "./choose-sides.ts";
import { factsText } from "./facts-text.ts";
import { gatherCluster } from "./gather-cluster.ts";
import { createSlowProgress } from "./slow-progress.ts";

/** Runs `plures facts`: host and cluster side by side. */
export async function runFacts(options: FactsOptions, output: Output): Promise<ExitCode> {
  const sides = chooseSides(options);
  const progress = createSlowProgress(output);
  const world = {
    env: process.env,
    signal: new AbortController().signal,
    readStdin: () => Bun.stdin.text(),
    progress: progress.say,
    note: output.note,
  };
  if (sides.host !== undefined) progress.say("looking at the host");
  const [host, cluster] = await Promise.all([
    gatherHost(sides.host),
    gatherCluster(sides.cluster, world),
  ]).finally(progress.end);
  const facts: Facts = {
    schemaVersion: 1,
    takenAt: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    ...(host === undefined ? {} : { host }),
    ...(cluster === undefined ? {} : { cluster }),
  };
  output.json(facts);
  if (output.format === "text") output.text(factsText(facts));
  return [host, cluster].some(isAllDark) ? exitCodes.couldNotLook : exitCodes.fine;
}

async function gatherHost(side: Sides["host"]): Promise<HostFacts | undefined> {
  if (side === undefined) return undefined;
  if (side.kind === "live") return readHostFacts({ root: "/", live: true });
  requireFolder(side.root);
  return readHostFacts({ root: resolve(side.root), live: false });
}

function requireFolder(root: string): void {
  const found = statSync(root, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  const reason = found === undefined ? "there is no such folder" : "it is no folder";
  throw new CommandFailure(exitCodes.wrongInput, `reading --root "${root}": ${reason}`, {
    hint: "name the folder that has the host's /etc, /var and /proc in it",
  });
}

/** Whether something was to be looked at, and nothing of it could be found out. */
function isAllDark(side: HostFacts | ClusterFacts | undefined): boolean {
  if (side === undefined) return false;
  const { origin: _, ...facts } = side;
  return Object.values<Fact<unknown>>(facts).every(({ kind }) => kind !== "known");
}
