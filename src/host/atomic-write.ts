// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { folderOf } from "./path-parts.ts";

/**
 * Replaces the file at `path` as a whole: a reader sees the old content or the new, also after a crash.
 * `durable` waits until content and name are on disk. Throws what the file system throws, and leaves no
 * temporary file then.
 */
export function writeAtomically(file: {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  readonly durable: boolean;
}): void {
  const temporary = `${file.path}.${ownTemporaryName()}`;
  try {
    writeNew(temporary, file);
    renameSync(temporary, file.path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
  if (file.durable) syncFolder(folderOf(file.path));
}

function writeNew(path: string, file: { text: string; mode: number; durable: boolean }): void {
  const descriptor = openSync(path, "wx", file.mode);
  try {
    // The umask took from the mode of open what it likes.
    fchmodSync(descriptor, file.mode);
    writeFileSync(descriptor, file.text);
    if (file.durable) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes what was created, renamed or removed in a folder survive a loss of power. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Removes a file; fine when it is not there or cannot be removed. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The failure that brought us here says more than this one.
  }
}

let written = 0;

/**
 * `<pid>-<start time>-<n>@<process namespace>.tmp`: names a process exactly, for process numbers come again,
 * and a container has numbers of its own.
 */
function ownTemporaryName(): string {
  written += 1;
  return `${process.pid}-${startTimeOf(process.pid) ?? "0"}-${written}@${ownProcessNamespace()}.tmp`;
}

const temporaryName = /\.(\d+)-(\d+)-\d+(?:@(\d+))?\.tmp$/;

/** A process of another namespace cannot be looked at; a file is written within far less time. */
const strangersMs = 60_000;

/** Removes from `folder` the temporary files of `writeAtomically` whose processes have ended. */
export function removeAbandonedTemporaries(
  folder: string,
  names: readonly string[] = readdirSync(folder),
): void {
  for (const name of names) {
    const [, pid, startTime, namespace] = temporaryName.exec(name) ?? [];
    if (pid === undefined) continue;
    const isStranger = namespace !== undefined && namespace !== ownProcessNamespace();
    const path = `${folder}/${name}`;
    const isInWork = isStranger ? isYoung(path) : startTimeOf(Number(pid)) === startTime;
    if (!isInWork) removeIfThere(path);
  }
}

function ownProcessNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
  } catch {
    return "0";
  }
}

function isYoung(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs < strangersMs;
  } catch {
    // Renamed or removed in this very moment.
    return true;
  }
}

/** In clock ticks since boot, field 22 of `/proc/<pid>/stat`; undefined when there is no such process. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // Field 2 is the program's name in parentheses, and may hold anything.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
