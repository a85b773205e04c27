// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addLan, prepareSandbox, recordBaseline } from "../../host/sandbox/index.ts";
import { statePaths } from "../../shim/connect.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { attachPods, detachPods, type LivingPod } from "./attach-pods.ts";
import { interrupted } from "./interrupted.ts";
import { explainKeeping } from "./look-inside.ts";
import { createNode } from "./node.ts";
import { pingPods } from "./ping-pods.ts";
import type { TryPlan } from "./plan-try.ts";
import { podReport } from "./pod-report.ts";
import { type TryReport, verdictOf } from "./report.ts";
import { formatAttached, formatEnd } from "./report-text.ts";
import { eventuallyWithExitCode } from "./with-exit-code.ts";

export interface InsideOptions {
  /** The value of `outsideVariable`. */
  readonly outside: string | undefined;
  /** Whether the sandbox was made by root, without a user namespace. */
  readonly isRoot: boolean;
  readonly pid: number;
  readonly keep: boolean;
  readonly output: Output;
  /** Fires when the reader has seen enough, or the program outside has ended. */
  readonly signal: AbortSignal;
}

/**
 * The story of `plures try` in its sandbox: a node, pods attached, pings, a report, everything taken away.
 * Gives the exit code; throws a CommandFailure when it was interrupted, after taking everything away.
 */
export async function tryInside(plan: TryPlan, options: InsideOptions): Promise<ExitCode> {
  const { output, signal } = options;
  await eventuallyWithExitCode({ exitCode: exitCodes.couldNotLook }, () => prepareSandbox(options));
  await setUpNode(plan);
  const baseline = await recordBaseline();
  const node = createNode({ ...plan, signal });

  const pods = await attachPods(node, plan.pods, options);
  const seen = { ...plan.facts, ...(signal.aborted ? { pings: [], notPinged: [] } : await pingPods(pods)) };
  const wasInterrupted = signal.aborted;
  if (!wasInterrupted) {
    output.text(
      `${formatAttached({ ...seen, pods: pods.map((pod) => podReport(pod, undefined)) }, output)}\n\n`,
    );
    if (options.keep) await keep(pods, options);
  }
  const { failures, left } = await detachPods(node, pods, {
    baseline,
    journalDir: statePaths(plan.paths.cniDir).journal,
    output,
  });
  if (wasInterrupted) throw interrupted();

  const reports = pods.map((pod) => podReport(pod, failures.get(pod)));
  const verdict = verdictOf({ ...seen, pods: reports, left });
  const report: TryReport = { schemaVersion: 1, verdict, ...seen, pods: reports, left };
  output.text(formatEnd(report, output));
  output.json(report);
  return verdict === "ok" ? exitCodes.fine : exitCodes.failureFound;
}

/** The node's interfaces and configuration files. */
async function setUpNode({ facts, configFiles, paths }: TryPlan): Promise<void> {
  for (const master of facts.node.interfaces) await addLan({ master, addresses: [] });
  mkdirSync(paths.confDir, { recursive: true });
  for (const [name, text] of Object.entries(configFiles)) writeFileSync(join(paths.confDir, name), text);
}

async function keep(
  pods: readonly LivingPod[],
  { output, signal, pid, isRoot }: InsideOptions,
): Promise<void> {
  const containers = pods.map(({ container }) => container);
  for (const line of explainKeeping(containers, { pid, isRoot })) output.note(line);
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
