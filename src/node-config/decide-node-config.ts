// SPDX-License-Identifier: Apache-2.0
import { CniError } from "../cni/index.ts";
import type { AgentConfig } from "./agent-config.ts";
import { choosePrimary, isNamed, type KnownPrimary, type PrimaryChoice } from "./choose-primary.ts";
import type { CandidateFile, Primary } from "./look-at-candidate.ts";
import { type RenderedConfig, renderMultusConfig } from "./render-multus-config.ts";

/** How long a primary may be away before another network takes its place, in milliseconds. */
export interface SwitchPatience {
  /** Installers remove and write. */
  readonly running: number;
  /** At boot other programs are there before the primary's own. */
  readonly starting: number;
}

/** Everything that decides what the node's Multus configuration is. */
export interface NodeConfigInput {
  readonly config: AgentConfig;
  readonly kubeconfig: string | undefined;
  /** Of the primary's folder, in the runtime's order. */
  readonly candidates: readonly CandidateFile[];
  /** Whether the readiness file is there, or none is waited for. */
  readonly isReady: boolean;
  /** The primary of last time, also of an earlier run. */
  readonly known: KnownPrimary | undefined;
  /** What this run wrote last: the last good one. */
  readonly written: RenderedConfig | undefined;
  /** How long the known primary's file has been away, in milliseconds. */
  readonly missingMs: number;
  readonly patience: SwitchPatience;
}

/** What is to be in the runtime's folder. */
export interface NodeConfigDecision {
  readonly choice: PrimaryChoice;
  /** Undefined: what is there stays as it is. */
  readonly wanted: RenderedConfig | undefined;
  /** The primary that `wanted` embeds, when it was chosen now. */
  readonly primary: KnownPrimary | undefined;
  /** What is waited for, one sentence; undefined when all is as it should be. */
  readonly waitingFor: string | undefined;
  /** When to look again without any change, in milliseconds. */
  readonly lookAgainMs: number | undefined;
}

/** Decides what the node's Multus configuration is now. */
export function decideNodeConfig(input: NodeConfigInput): NodeConfigDecision {
  const choice = choosePrimary({
    files: input.candidates,
    identity: input.config.primary,
    known: input.known,
    isApart: input.config.primaryDir !== input.config.cniConfigDir,
  });
  if (choice.kind !== "chosen") {
    // A file that is broken says nothing of whether the configuration that is in place is good.
    return waiting(choice, choice.reason, choice.kind === "unusable" ? input.written : undefined);
  }
  const patienceLeft = patienceFor(choice.primary, input);
  if (patienceLeft > 0) {
    const reason = `"${input.known?.path}" is gone, and "${choice.primary.path}" is another network`;
    return { ...waiting(choice, reason, undefined), lookAgainMs: patienceLeft };
  }
  if (!input.isReady && input.written === undefined) {
    return waiting(choice, `the readiness file "${input.config.readinessFile}" is not there`, undefined);
  }
  return render(choice, input);
}

function waiting(
  choice: PrimaryChoice,
  waitingFor: string,
  wanted: RenderedConfig | undefined,
): NodeConfigDecision {
  return { choice, wanted, primary: undefined, waitingFor, lookAgainMs: undefined };
}

/** How much longer the known primary is waited for before `chosen` takes its place. */
function patienceFor(chosen: Primary, input: NodeConfigInput): number {
  const { known, candidates, written, missingMs, patience } = input;
  if (isNamed(input.config.primary)) return 0;
  const isGone = known !== undefined && !candidates.some(({ path }) => path === known.path);
  if (!isGone || isSameNetwork(known, whatIsKnownOf(chosen))) return 0;
  return (written === undefined ? patience.starting : patience.running) - missingMs;
}

function isSameNetwork(a: KnownPrimary, b: KnownPrimary): boolean {
  return a.name === b.name && a.type === b.type;
}

/** What is remembered of a primary. */
export function whatIsKnownOf({ path, config }: Primary): KnownPrimary {
  return { path, name: config.name, type: config.plugins[0]?.type ?? "" };
}

function render(
  choice: Extract<PrimaryChoice, { kind: "chosen" }>,
  { config, kubeconfig, written }: NodeConfigInput,
): NodeConfigDecision {
  const { primary } = choice;
  try {
    const wanted = renderMultusConfig({ primary, config, kubeconfig });
    return {
      choice,
      wanted,
      primary: whatIsKnownOf(primary),
      waitingFor: undefined,
      lookAgainMs: undefined,
    };
  } catch (error) {
    if (!(error instanceof CniError)) throw error;
    const reason = `"${primary.path}" makes a configuration that the plugin refuses: ${error.message}`;
    return waiting({ kind: "unusable", reason, skipped: choice.skipped }, reason, written);
  }
}
