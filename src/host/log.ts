// SPDX-License-Identifier: Apache-2.0
import { appendFileSync, mkdirSync, writeSync } from "node:fs";
import type { LogLevel } from "../attachments/index.ts";
import type { Log } from "../verbs/ports.ts";
import { errorName } from "./file-failure.ts";
import { formatLogLine } from "./log-line.ts";
import { type LogRotation, rotateIfFull, rotationDefaults } from "./log-rotation.ts";
import { folderOf } from "./path-parts.ts";

/** Where messages go and which of them, in the words of upstream's configuration. */
export interface LogOptions extends Partial<LogRotation> {
  /** `logFile`; none by default. */
  readonly file?: string | undefined;
  /** `logLevel`: this level and the graver ones are shown; `panic` by default, as upstream. */
  readonly level?: LogLevel | undefined;
  /** `logToStderr`; true by default, as upstream. */
  readonly toStderr?: boolean | undefined;
  readonly now?: () => Date;
}

/** The levels from chatty to grave. */
const gravity = { debug: 0, verbose: 1, error: 2, panic: 3 } as const satisfies Record<LogLevel, number>;

/** The log of a program. It never fails: a file that cannot be written gets one note on standard error. */
export function createLog(options: LogOptions): Log {
  const { file, level = "panic", toStderr = true, now = () => new Date() } = options;
  const rotation = { ...rotationDefaults, ...definedOf(options) };
  let fileWorks = file !== undefined;
  return (messageLevel, message, fields) => {
    if (gravity[messageLevel] < gravity[level]) return;
    const at = now();
    const line = formatLogLine({ at, level: messageLevel, message, fields });
    if (toStderr) writeToStderr(line);
    if (file === undefined || !fileWorks) return;
    try {
      appendLine({ file, line, rotation, at });
    } catch (error) {
      fileWorks = false;
      const reason = errorName(error) ?? String(error);
      writeToStderr(
        formatLogLine({ at, level: "error", message: "the log cannot be written", fields: { file, reason } }),
      );
    }
  };
}

function definedOf({ maxAge, maxSize, maxBackups, compress }: LogOptions): Partial<LogRotation> {
  return {
    ...(maxAge === undefined ? {} : { maxAge }),
    // Lumberjack, too, reads 0 as its default here.
    ...(maxSize === undefined || maxSize === 0 ? {} : { maxSize }),
    ...(maxBackups === undefined ? {} : { maxBackups }),
    ...(compress === undefined ? {} : { compress }),
  };
}

function appendLine(entry: {
  readonly file: string;
  readonly line: string;
  readonly rotation: LogRotation;
  readonly at: Date;
}): void {
  const { file, line, rotation, at } = entry;
  rotateIfFull({ path: file, rotation, addedBytes: Buffer.byteLength(line), now: at });
  // Opened anew for each line, in append mode and written at once: other processes write, and rotate, the
  // same file.
  try {
    appendFileSync(file, line, { mode: 0o600 });
  } catch (error) {
    if (errorName(error) !== "ENOENT") throw error;
    mkdirSync(folderOf(file), { recursive: true, mode: 0o755 });
    appendFileSync(file, line, { mode: 0o600 });
  }
}

function writeToStderr(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // Nobody listens; a verb does not fail for that.
  }
}
