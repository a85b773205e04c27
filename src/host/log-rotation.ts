// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { removeIfThere } from "./atomic-write.ts";
import { isAbsence } from "./file-failure.ts";
import { openLibc } from "./libc.ts";
import { folderOf, splitName } from "./path-parts.ts";

/** The `logOptions` of upstream; its defaults are in `rotationDefaults`. */
export interface LogRotation {
  /** Days that a backup is kept; 0 keeps it whatever its age. */
  readonly maxAge: number;
  /** Megabytes (2^20 bytes) that the file may grow to. */
  readonly maxSize: number;
  /** How many backups are kept; 0 keeps all. */
  readonly maxBackups: number;
  readonly compress: boolean;
}

/** What upstream uses where the configuration says nothing. */
export const rotationDefaults: LogRotation = { maxAge: 5, maxSize: 100, maxBackups: 5, compress: true };

/**
 * Renames the log at `path` to `<name>-<time><extension>` when `addedBytes` more would make it larger than it
 * may be, compresses that, and removes backups that are too many or too old. Names are those of lumberjack,
 * which upstream uses, so each takes over the other's backups. Throws what the file system throws.
 */
export function rotateIfFull(options: {
  readonly path: string;
  readonly rotation: LogRotation;
  readonly addedBytes: number;
  readonly now: Date;
}): void {
  const { path, rotation, addedBytes, now } = options;
  const isFull = (size: number): boolean => size > 0 && size + addedBytes > rotation.maxSize * megabyte;
  if (!isFull(statSync(path, { throwIfNoEntry: false })?.size ?? 0)) return;
  const backup = backupName(path, now);
  if (!moveAway({ path, backup, isFull })) return;
  if (rotation.compress) compress(backup);
  removeOldBackups(path, rotation, now);
}

const lockForOne = 2;
const doNotWait = 4;

/**
 * False when another process does it, or did it since we looked: then this line goes into whatever is there
 * now.
 */
function moveAway(log: {
  readonly path: string;
  readonly backup: string;
  readonly isFull: (size: number) => boolean;
}): boolean {
  const { path, backup, isFull } = log;
  const descriptor = openIfThere(path);
  if (descriptor === undefined) return false;
  try {
    // A lock of the kernel, on the very file: it ends with its holder, and a file that was renamed is not the
    // file any more.
    if (openLibc().calls.flock(descriptor, lockForOne | doNotWait) === -1) return false;
    const { ino, size } = fstatSync(descriptor);
    if (!isFull(size) || statSync(path, { throwIfNoEntry: false })?.ino !== ino) return false;
    // Full twice in a millisecond: the next line will do.
    if (existsSync(backup)) return false;
    renameSync(path, backup);
    return true;
  } finally {
    closeSync(descriptor);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

const megabyte = 1024 * 1024;

function backupName(path: string, at: Date): string {
  const { stem, extension } = splitName(path);
  const time = at.toISOString().slice(0, 23).replaceAll(":", "-");
  return `${folderOf(path)}/${stem}-${time}${extension}`;
}

const chunkBytes = 4 * megabyte;

/** Gzip members one after another are a gzip file, so a large log needs little memory. */
function compress(path: string): void {
  const [source, target] = [openSync(path, "r"), openSync(`${path}.gz.tmp`, "w", 0o600)];
  try {
    const chunk = Buffer.alloc(chunkBytes);
    for (let length = readSync(source, chunk); length > 0; length = readSync(source, chunk)) {
      writeSync(target, Bun.gzipSync(chunk.subarray(0, length)));
    }
    renameSync(`${path}.gz.tmp`, `${path}.gz`);
    removeIfThere(path);
  } catch (error) {
    removeIfThere(`${path}.gz.tmp`);
    throw error;
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

const dayMs = 24 * 60 * 60 * 1000;

function removeOldBackups(path: string, rotation: LogRotation, now: Date): void {
  const { stem, extension } = splitName(path);
  const prefix = `${stem}-`;
  const backups = readdirSync(folderOf(path))
    .map((name) => ({ name, at: timeInName(name, prefix, extension) }))
    .filter(({ at }) => !Number.isNaN(at))
    .sort((a, b) => b.at - a.at);
  backups.forEach(({ name, at }, index) => {
    const tooMany = rotation.maxBackups > 0 && index >= rotation.maxBackups;
    const tooOld = rotation.maxAge > 0 && now.getTime() - at > rotation.maxAge * dayMs;
    if (tooMany || tooOld) removeIfThere(`${folderOf(path)}/${name}`);
  });
}

/** In milliseconds since 1970, NaN for a file that is no backup. */
function timeInName(name: string, prefix: string, extension: string): number {
  // The last is what a crash left of a compression.
  const ending = [`${extension}.gz`, extension, `${extension}.gz.tmp`].find((candidate) =>
    name.endsWith(candidate),
  );
  if (ending === undefined || !name.startsWith(prefix)) return Number.NaN;
  const time = name.slice(prefix.length, name.length - ending.length);
  const [, day, hour, minute, second] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})$/.exec(time) ?? [];
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`);
}
