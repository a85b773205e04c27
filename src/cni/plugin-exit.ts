// SPDX-License-Identifier: Apache-2.0
import { cniErrorCodes } from "./errors.ts";
import { tryParseJsonObject } from "./json-text.ts";
import { hintForPluginMessage } from "./known-causes.ts";
import { oneLine } from "./one-line.ts";
import {
  detailsLimit,
  type EndingOf,
  lastLine,
  type PluginFailure,
  type PluginRunContext,
  sentenceLimit,
} from "./plugin-failure.ts";

/** Exit code 0: only ADD has something to say, and it must be a JSON object that is no error. */
export function failureOfExitZero(
  ending: EndingOf<"exited">,
  run: PluginRunContext,
): PluginFailure | undefined {
  if (run.verb !== "ADD") return undefined;
  const answer = tryParseJsonObject(ending.stdout);
  const error = answer === undefined ? undefined : errorIn(answer);
  if (error !== undefined) return spokenFailure(error, run);
  if (answer !== undefined) return undefined;
  return {
    code: cniErrorCodes.decodingFailure,
    message: `it ended well but printed no result${quoted(oneLine(ending.stdout, sentenceLimit / 2))}`,
    hint: `check that ${ending.path} is a CNI plugin`,
  };
}

/** Another exit code: the plugin's own error object, else whatever it said. */
export function failureOfExit(ending: EndingOf<"exited">, run: PluginRunContext): PluginFailure {
  const answer = tryParseJsonObject(ending.stdout);
  const error = answer === undefined ? undefined : errorIn(answer);
  if (error !== undefined && (error.msg !== "" || error.details !== "")) return spokenFailure(error, run);
  const printedResult = answer !== undefined && error === undefined;
  const stdout = answer === undefined ? oneLine(ending.stdout, sentenceLimit) : "";
  const said = quoted(stdout || lastLine(ending.stderr)) || " and said nothing";
  const what = printedResult ? " although it printed a result" : said;
  return {
    code: error?.code ?? cniErrorCodes.internal,
    message: `it exited with code ${ending.exitCode}${what}`,
    hint: hintForPluginMessage(run, `${ending.stdout}\n${ending.stderr}`),
  };
}

function quoted(words: string): string {
  return words === "" ? "" : `: ${words}`;
}

interface SpokenError {
  readonly code: number;
  readonly msg: string;
  readonly details: string;
}

/** The error object of the specification, section 5 "Error". */
function errorIn(answer: Record<string, unknown>): SpokenError | undefined {
  const { code, msg, details } = answer;
  if (typeof code !== "number" && typeof msg !== "string") return undefined;
  return {
    code: typeof code === "number" && code > 0 ? code : cniErrorCodes.internal,
    msg: typeof msg === "string" ? msg : "",
    details: typeof details === "string" ? details : "",
  };
}

function spokenFailure({ code, msg, details }: SpokenError, run: PluginRunContext): PluginFailure {
  const all = [msg, details].filter((part) => part !== "").join("; ");
  const message = oneLine(all, sentenceLimit) || `it failed with code ${code}`;
  return {
    code,
    message,
    hint: hintForPluginMessage(run, all),
    said: message,
    details: all.slice(0, detailsLimit),
  };
}
