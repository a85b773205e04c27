// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import { findJsonProblem } from "./json-problem.ts";

/**
 * Parses a JSON object, as strictly as Go does. `source` names the text for the reader. Throws a CniError
 * (code 6): `<source>: line L column C: <what is wrong>`.
 */
export function parseJsonObject(text: string, source: string): Record<string, unknown> {
  const value = parseJson(text, source);
  if (isJsonObject(value)) return value;
  throw new CniError(
    cniErrorCodes.decodingFailure,
    `${source}: line 1 column 1: a JSON object {...} is needed`,
  );
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (refusal) {
    const { line, column, sentence } = findJsonProblem(text, refusal);
    throw new CniError(
      cniErrorCodes.decodingFailure,
      `${source}: line ${line} column ${column}: ${sentence}`,
      {
        cause: refusal,
      },
    );
  }
}

/** The JSON object that a text is; undefined for any other text. */
export function tryParseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a parsed JSON value is an object. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where a part of a JSON text is: offsets, `end` exclusive. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Strings, brackets and separators, and what is between them (numbers, true, false, null). */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/**
 * The comma-separated parts directly inside the outermost brackets of a valid JSON text; a part of an object
 * is `"key": value`. Not recursive, so that depth does not matter.
 */
function partsOf(text: string): Span[] {
  const parts: { start: number; end: number }[] = [];
  let depth = 0;
  let open: { start: number; end: number } | undefined;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === "}" || token === "]") depth -= 1;
    if (depth === 1 && token === ",") open = undefined;
    else if (depth >= 1) {
      if (open === undefined) {
        open = { start: index, end: index };
        parts.push(open);
      }
      open.end = index + token.length;
    }
    if (token === "{" || token === "[") depth += 1;
  }
  return parts;
}

/** One `"key": value` of an object's text. */
interface Member extends Span {
  readonly key: string;
  readonly valueStart: number;
}

function membersOf(text: string): Member[] {
  return partsOf(text).map(({ start, end }) => {
    const part = text.slice(start, end);
    const key = /^"[^"\\]*(?:\\.[^"\\]*)*"/.exec(part)?.[0] ?? '""';
    const gap = /^\s*:\s*/.exec(part.slice(key.length))?.[0] ?? "";
    return { key: String(JSON.parse(key)), start, end, valueStart: start + key.length + gap.length };
  });
}

/**
 * The source text of the value of a top-level key of an object's text, undefined without such a key; of
 * several, the last.
 */
export function valueText(text: string, key: string): string | undefined {
  const member = membersOf(text).findLast((candidate) => candidate.key === key);
  return member === undefined ? undefined : text.slice(member.valueStart, member.end);
}

/** The source texts of the elements of a list's text. */
export function elementTexts(text: string): string[] {
  return partsOf(text).map(({ start, end }) => text.slice(start, end));
}

/**
 * Gives the object's text with top-level keys set (to a JSON text) or removed (undefined), every other byte
 * kept: numbers beyond 2^53, odd escapes and white space are the plugin's business. A key that is there
 * several times is set everywhere. `text` must be the text of a JSON object.
 */
export function setKeys(text: string, changes: Readonly<Record<string, string | undefined>>): string {
  const members = membersOf(text);
  const kept = members.filter(({ key }) => !(Object.hasOwn(changes, key) && changes[key] === undefined));
  const added = Object.entries(changes).filter(
    ([key, value]) => value !== undefined && !members.some((member) => member.key === key),
  );
  const keptTexts = kept.map((member, index) => {
    const separator = index === 0 ? "" : text.slice(members[members.indexOf(member) - 1]?.end, member.start);
    const value = Object.hasOwn(changes, member.key) ? changes[member.key] : undefined;
    return (
      separator +
      text.slice(member.start, member.valueStart) +
      (value ?? text.slice(member.valueStart, member.end))
    );
  });
  const addedTexts = added.map(
    ([key, value], index) => `${kept.length + index === 0 ? "" : ","}${JSON.stringify(key)}:${value}`,
  );
  const afterBrace = text.indexOf("{") + 1;
  const head = text.slice(0, members[0]?.start ?? afterBrace);
  const tail = text.slice(members.at(-1)?.end ?? afterBrace);
  return head + keptTexts.join("") + addedTexts.join("") + tail;
}
