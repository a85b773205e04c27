// SPDX-License-Identifier: Apache-2.0
import type { LogLevel } from "../attachments/index.ts";

/**
 * A message as one line, line break included: `2026-11-21T02:53:33Z [verbose] message key=value ...`. Values
 * that could be mistaken for something else are JSON, so that a line stays a line whatever is in them.
 */
export function formatLogLine(entry: {
  readonly at: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}): string {
  const time = `${entry.at.toISOString().slice(0, 19)}Z`;
  const message = oneLine(entry.message);
  const fields = Object.entries(entry.fields ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${formatValue(value)}`);
  return `${time} [${entry.level}] ${message}${fields.join("")}\n`;
}

/** What needs no quotes: it has no space, quote, equals sign or control character. */
const plainValue = /^[\w./:@,+*%~-]+$/;

function formatValue(value: unknown): string {
  if (typeof value === "string") return plainValue.test(value) ? value : quote(value);
  if (value instanceof Error) return quote(value.message);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  if (typeof value === "bigint") return String(value);
  return asJson(value);
}

function asJson(value: unknown): string {
  try {
    return escapeOddCharacters(JSON.stringify(value) ?? quote(String(value)));
  } catch {
    return quote("(cannot be shown)");
  }
}

function quote(text: string): string {
  return escapeOddCharacters(JSON.stringify(text));
}

function oneLine(text: string): string {
  return escapeOddCharacters(text.replaceAll("\n", "\\n").replaceAll("\r", "\\r"));
}

/** JSON leaves these as they are: delete, C1 controls, and the line separators that some viewers break at. */
function escapeOddCharacters(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (odd) => `\\u${odd.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
