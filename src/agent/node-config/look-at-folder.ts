// SPDX-License-Identifier: Apache-2.0
import {
  decideNodeConfig,
  type FolderFinding,
  judgeFolder,
  type NodeConfigDecision,
  putBackDelay,
} from "../../node-config/index.ts";
import { type NodeFiles, readNodeFiles } from "./config-files.ts";
import type { NodeConfigState } from "./node-config-state.ts";
import { findingEvent, nodeEvent } from "./node-events.ts";
import { isHandedOver, readRecord, startOfAgent } from "./own-record.ts";
import { clearOtherName, isOurs, type Keeping, putInPlace, textOf } from "./place-config.ts";

/** A keeper's memory before its first look. */
export function beginKeeping(options: Keeping["options"]): Keeping {
  return {
    options,
    start: startOfAgent(),
    record: readRecord(options.config.cniDir),
    written: undefined,
    lookedAt: Date.now(),
    missingSince: undefined,
    putBackTimes: [],
    state: emptyState,
  };
}

const emptyState: NodeConfigState = {
  isInPlace: false,
  path: undefined,
  primary: undefined,
  waitingFor: undefined,
  findings: [],
  writes: 0,
  putBacks: 0,
  isContested: false,
};

/**
 * Looks at the folders and does what is to be done. Gives back after how many milliseconds to look again
 * without any change, undefined for never. Throws a CniError.
 */
export async function lookAtNode(keeping: Keeping): Promise<number | undefined> {
  const { config } = keeping.options;
  const files = await readNodeFiles(config);
  keeping.record = readRecord(config.cniDir);
  if (isHandedOver(keeping.record, keeping.start)) {
    const waitingFor = "a younger agent on this node has taken over";
    keeping.state = { ...keeping.state, waitingFor };
    return undefined;
  }
  const decision = decide(keeping, files);
  const waitMs = act(keeping, files, decision);
  tellWhatIsNew(keeping, files, decision);
  keeping.lookedAt = Date.now();
  return waitMs ?? decision.lookAgainMs;
}

function decide(keeping: Keeping, files: NodeFiles): NodeConfigDecision {
  const { record, written, options } = keeping;
  const known = record.primary;
  const isThere = known === undefined || files.candidates.some(({ path }) => path === known.path);
  keeping.missingSince = isThere ? undefined : (keeping.missingSince ?? performance.now());
  const missingMs = keeping.missingSince === undefined ? 0 : performance.now() - keeping.missingSince;
  return decideNodeConfig({ ...files, ...options, known, written, missingMs });
}

function act(keeping: Keeping, files: NodeFiles, decision: NodeConfigDecision): number | undefined {
  const { wanted, primary } = decision;
  if (wanted !== undefined) {
    return putInPlace(keeping, files, { wanted, primary }) ?? clearOtherName(keeping, files);
  }
  const { written } = keeping;
  const isInPlace = written !== undefined && textOf(files, written.fileName) === written.text;
  keeping.state = { ...keeping.state, isInPlace };
  return undefined;
}

function tellWhatIsNew(
  keeping: Keeping,
  { files }: NodeFiles,
  { choice, waitingFor }: NodeConfigDecision,
): void {
  const { tell } = keeping.options;
  const { state, written } = keeping;
  const findings = judgeFolder({
    files,
    ours: written?.fileName,
    isOurs: (text) => isOurs(keeping, text),
    choice,
  });
  for (const finding of newOnes(findings, state.findings)) {
    const event = findingEvent(finding);
    if (event !== undefined) tell(event);
  }
  const isNew = waitingFor !== undefined && waitingFor !== state.waitingFor;
  // One that cannot be used is a finding already.
  if (isNew && choice.kind !== "unusable") tell(nodeEvent("Warning", "WaitingForPrimary", waitingFor));
  const isContested = state.isContested && putBackDelay(keeping.putBackTimes, performance.now()).isContested;
  keeping.state = { ...state, findings, waitingFor, isContested };
}

function newOnes(
  findings: readonly FolderFinding[],
  before: readonly FolderFinding[],
): readonly FolderFinding[] {
  return findings.filter(
    ({ reason, file }) => !before.some((other) => other.reason === reason && other.file === file),
  );
}
