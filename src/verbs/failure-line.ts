// SPDX-License-Identifier: Apache-2.0
import { CniError } from "../cni/index.ts";

const longestLine = 200;
const separator = "; ";
/**
 * What the sentence keeps when it and the hint are both long; the hints of known causes fit into the rest.
 */
const sentenceShare = 100;

/**
 * The error as a runtime and `kubectl describe pod` show it: `pod ns/name: what happened; what to do`, one
 * line of at most 200 characters. The hint is in the line; what does not fit, and every detail, is in
 * `details` for the log.
 */
export function failureLine(error: CniError, subject: string | undefined): CniError {
  const isNamed = subject === undefined || error.message.includes(subject);
  const sentence = asOneLine(isNamed ? error.message : `${subject}: ${error.message}`);
  const hint = error.hint === undefined ? "" : asOneLine(error.hint);
  const line = fit(sentence, hint);
  const whole = hint === "" ? sentence : sentence + separator + hint;
  const more =
    error.details === undefined || whole.includes(asOneLine(error.details)) ? undefined : error.details;
  const details = [line === whole ? undefined : whole, more].filter((part) => part !== undefined);
  return new CniError(error.code, line, {
    details: details.length === 0 ? undefined : details.join("\n"),
    cause: error.cause ?? error,
  });
}

/**
 * The way out is worth more than the end of a long cause, so the cause is cut first, down to its share of the
 * line.
 */
function fit(sentence: string, hint: string): string {
  if (hint === "") return cut(sentence, longestLine);
  const roomForSentence = Math.max(sentenceShare, longestLine - separator.length - hint.length);
  const start = cut(sentence, roomForSentence);
  return start + separator + cut(hint, longestLine - separator.length - start.length);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}

function asOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
