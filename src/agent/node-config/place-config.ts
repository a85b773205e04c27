// SPDX-License-Identifier: Apache-2.0
import {
  isOwnFileName,
  judgeOtherName,
  judgePlace,
  type KnownPrimary,
  putBackDelay,
  type RenderedConfig,
  type SwitchPatience,
} from "../../node-config/index.ts";
import { type NodeFiles, removeFile, restoreMode, writeNodeConfig } from "./config-files.ts";
import type { KeepNodeConfigOptions, NodeConfigState } from "./node-config-state.ts";
import { type Disturbance, nodeEvent, primaryChanged, putBackEvent } from "./node-events.ts";
import {
  type AgentStart,
  isRecorded,
  type NodeConfigRecord,
  withWritten,
  writeRecord,
} from "./own-record.ts";
import { keepCopy } from "./replaced-copies.ts";

/** What a keeper remembers from look to look. */
export interface Keeping {
  readonly options: Omit<KeepNodeConfigOptions, "times"> & { readonly patience: SwitchPatience };
  readonly start: AgentStart;
  record: NodeConfigRecord;
  /** What this run wrote last. */
  written: RenderedConfig | undefined;
  /** Wall clock, as that of files. */
  lookedAt: number;
  missingSince: number | undefined;
  putBackTimes: readonly number[];
  state: NodeConfigState;
}

/** Whether we wrote a text, in this run or an earlier one. */
export function isOurs({ written, record }: Keeping, text: string): boolean {
  return text === written?.text || isRecorded(record, text);
}

/** The text of a file of ours in the runtime's folder. */
export function textOf({ files }: NodeFiles, name: string): string | undefined {
  return files.find((file) => file.name === name)?.text;
}

/**
 * Sees to it that `wanted` is in its place. Gives back after how many milliseconds to try again, when
 * somebody fights with us; undefined when it is in place. Throws a CniError.
 */
export function putInPlace(
  keeping: Keeping,
  files: NodeFiles,
  { wanted, primary }: { readonly wanted: RenderedConfig; readonly primary: KnownPrimary | undefined },
): number | undefined {
  const found = textOf(files, wanted.fileName);
  const { written } = keeping;
  const verdict = judgePlace({ found, wanted, written, isOurs: (text) => isOurs(keeping, text) });
  const waitMs = verdict === "put-back" ? delay(keeping) : 0;
  if (waitMs > 0) return waitMs;
  const { config, tell } = keeping.options;
  const path = `${config.cniConfigDir}/${wanted.fileName}`;
  const isForeign = found !== undefined && verdict !== "keep" && !isOurs(keeping, found);
  const copy = isForeign ? keepCopy(config.cniDir, wanted.fileName, found) : "";
  if (verdict !== "keep" || written === undefined) remember(keeping, wanted);
  if (verdict === "keep") restoreMode(path);
  else writeNodeConfig(config.cniConfigDir, wanted);
  keeping.written = wanted;
  keeping.state = { ...keeping.state, isInPlace: true, path };
  if (verdict !== "keep") count(keeping, verdict === "put-back");
  if (verdict === "write") tell(nodeEvent("Normal", "NodeConfigWritten", `"${path}" was written`));
  if (verdict === "put-back") tell(putBackEvent(path, disturbanceOf(keeping, files, copy)));
  if (verdict === "take-over") {
    const message = `"${path}" was not ours, it is now; the one before is in "${copy}"`;
    tell(nodeEvent("Warning", "NodeConfigTakenOver", message));
  }
  if (primary !== undefined) follow(keeping, primary);
  return undefined;
}

/**
 * Takes away a file with the other of the two names, if it is ours or Multus'. Gives back after how many
 * milliseconds to try again, when somebody fights with us. Throws a CniError.
 */
export function clearOtherName(keeping: Keeping, files: NodeFiles): number | undefined {
  const { config, tell } = keeping.options;
  const ours = keeping.written?.fileName;
  const other = files.files.find(({ name }) => isOwnFileName(name) && name !== ours);
  if (ours === undefined || other?.text === undefined) return undefined;
  const { name, text } = other;
  const verdict = judgeOtherName(text, (candidate) => isOurs(keeping, candidate));
  if (verdict === "leave") return undefined;
  const waitMs = delay(keeping);
  if (waitMs > 0) return waitMs;
  const copy = verdict === "remove" ? "" : `; a copy is in "${keepCopy(config.cniDir, name, text)}"`;
  removeFile(config.cniConfigDir, name);
  keeping.putBackTimes = [...keeping.putBackTimes, performance.now()];
  const message = `"${config.cniConfigDir}/${name}" was removed: "${ours}" is in use${copy}`;
  tell(nodeEvent("Warning", "LeftoverRemoved", message));
  return undefined;
}

/** How long somebody who fights with us is to be let alone, in milliseconds. */
function delay(keeping: Keeping): number {
  const { remembered, waitMs, isContested } = putBackDelay(keeping.putBackTimes, performance.now());
  const wasContested = keeping.state.isContested;
  keeping.putBackTimes = remembered;
  keeping.state = { ...keeping.state, isContested, isInPlace: waitMs === 0 && keeping.state.isInPlace };
  if (isContested && !wasContested) {
    const { config, tell } = keeping.options;
    const message = `the node's Multus configuration in "${config.cniConfigDir}" was taken away or replaced ${remembered.length} times within ten minutes: find out who does it; it is put back ever later`;
    tell(nodeEvent("Warning", "NodeConfigContested", message));
  }
  return waitMs;
}

/** The record comes before the file: after a crash between the two, our file is known as ours. */
function remember(keeping: Keeping, wanted: RenderedConfig): void {
  keeping.record = withWritten(keeping.record, wanted, keeping.start);
  writeRecord(keeping.options.config.cniDir, keeping.record);
}

function follow(keeping: Keeping, primary: KnownPrimary): void {
  const { config, tell } = keeping.options;
  const before = keeping.record.primary;
  keeping.state = { ...keeping.state, primary };
  if (JSON.stringify(before) === JSON.stringify(primary)) return;
  keeping.record = { ...keeping.record, primary };
  writeRecord(config.cniDir, keeping.record);
  if (before !== undefined) tell(primaryChanged(before, primary));
}

function count(keeping: Keeping, isPutBack: boolean): void {
  const { writes, putBacks } = keeping.state;
  keeping.state = { ...keeping.state, writes: writes + 1, putBacks: putBacks + (isPutBack ? 1 : 0) };
  if (isPutBack) keeping.putBackTimes = [...keeping.putBackTimes, performance.now()];
}

/** A renaming is seen by the copy that came to be since we looked last. */
function disturbanceOf({ lookedAt }: Keeping, { renamed }: NodeFiles, copy: string): Disturbance {
  if (copy !== "") return { kind: "edited", copy };
  // The kernel's clock for files is some milliseconds behind.
  const since = renamed.find((candidate) => candidate.since > lookedAt - 20);
  return since === undefined ? { kind: "removed" } : { kind: "renamed", to: since.name };
}
