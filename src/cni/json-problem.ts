// SPDX-License-Identifier: Apache-2.0
import type * as JsoncParser from "jsonc-parser";

// Loaded when a text is broken and not before: every start of the plugin would wait 3 ms for it. Named by its
// file, because require() chooses the package's other build, and an executable cannot hold that one.
const jsoncParser = (): typeof JsoncParser => require("jsonc-parser/lib/esm/main.js");

/** Why a text is not JSON, for a person. */
export interface JsonProblem {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  readonly sentence: string;
}

/** What the parser calls an error -> what a person can do about it. */
const sentences: Readonly<Record<string, string>> = {
  InvalidSymbol: "this is neither a string in double quotes, a number, true, false nor null",
  InvalidNumberFormat: "this is not a number as JSON writes them",
  PropertyNameExpected: "a key in double quotes is missing here",
  ValueExpected: "a value is missing here",
  ColonExpected: "a colon is missing between key and value",
  CommaExpected: "a comma is missing before this",
  CloseBraceExpected: "a closing brace '}' is missing",
  CloseBracketExpected: "a closing bracket ']' is missing",
  EndOfFileExpected: "there is text after the end of the JSON value",
  InvalidCommentToken: "JSON has no comments, take this one out",
  UnexpectedEndOfComment: "JSON has no comments, take this one out",
  UnexpectedEndOfString: "the closing double quote of this string is missing",
  UnexpectedEndOfNumber: "this number ends too early",
  InvalidUnicode: "\\u needs four hexadecimal digits",
  InvalidEscapeCharacter: 'a backslash in a string must be written as "\\\\"',
  InvalidCharacter: "a string must not contain control characters such as a line break, write \\n",
};

/** Finds the first error of a text that JSON.parse refused with `refusal`. */
export function findJsonProblem(text: string, refusal: unknown): JsonProblem {
  if (text.trim() === "") return { line: 1, column: 1, sentence: "the text is empty" };
  if (text.startsWith("\uFEFF")) {
    return { line: 1, column: 1, sentence: "the text starts with a byte order mark, save it without one" };
  }
  const error = firstError(text);
  if (error === undefined) return { line: 1, column: 1, sentence: `this is not JSON (${refusal})` };
  const lines = text.slice(0, error.offset).split("\n");
  const column = Array.from(lines.at(-1) ?? "").length + 1;
  return { line: lines.length, column, sentence: sentenceOf(text, error) };
}

/** The parser recurses: undefined for a text so deep that the stack does not hold it. */
function firstError(text: string): JsoncParser.ParseError | undefined {
  const { parse } = jsoncParser();
  const errors: JsoncParser.ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    return undefined;
  }
  return errors.toSorted((a, b) => a.offset - b.offset)[0];
}

function sentenceOf(text: string, error: JsoncParser.ParseError): string {
  const before = text.slice(0, error.offset).trimEnd();
  const at = text[error.offset] ?? "";
  if (before.endsWith(",") && /[}\]]/.test(at)) return `take out the comma before this '${at}'`;
  if (/[-:,[\s]0$/.test(before) && /\d/.test(at)) return "JSON numbers have no leading zeros";
  if (at === "'") return "JSON strings stand in double quotes, not in single ones";
  const code = jsoncParser().printParseErrorCode(error.error);
  return sentences[code] ?? `this is not JSON (${code})`;
}
