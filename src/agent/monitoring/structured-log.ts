// SPDX-License-Identifier: Apache-2.0
import { pino, stdTimeFunctions } from "pino";
import type { LogLevel } from "../../attachments/index.ts";
import { writeFully } from "../../host/index.ts";
import type { Log } from "../../verbs/index.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** Where the agent's messages go, and which of them. */
export interface StructuredLogOptions {
  /** This level and the graver ones are written. */
  readonly level: LogLevel;
  /** In every line, such as `node`. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Takes one line, with its line break; standard error unless told. */
  readonly write?: (line: string) => void;
}

/** Our levels are those of Multus' configuration, a log collector knows pino's. */
const levels = {
  debug: "debug",
  verbose: "info",
  error: "error",
  panic: "fatal",
} as const satisfies Record<LogLevel, string>;

/** Keys that a line has anyway. */
const ownKeys: readonly string[] = ["level", "time", "msg"];

/**
 * The log of the agent: one JSON object a line, `{level, time, ...fields, msg}`. Messages are static, what
 * differs is in the fields: `pod`, `network`, `interface`, `plugin`, `verb`, `ms`. Secrets are taken out. It
 * never throws.
 */
export function createStructuredLog({ level, fields, write = writeToStderr }: StructuredLogOptions): Log {
  const options = {
    level: levels[level],
    base: fields ?? null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const logger = pino(options, { write });
  return (messageLevel, message, messageFields = {}) =>
    logger[levels[messageLevel]](shownFields(messageFields), message);
}

function shownFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      ownKeys.includes(key) ? `${key}_` : key,
      withoutSecrets(key, value),
    ]),
  );
}

function writeToStderr(line: string): void {
  try {
    writeFully(2, line);
  } catch {
    // Nobody listens; the node goes on.
  }
}
