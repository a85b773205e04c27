// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import type { PluginEnding } from "./invocation.ts";
import { isJsonObject } from "./json-text.ts";
import { hintForPluginMessage } from "./known-causes.ts";
import { oneLine } from "./one-line.ts";
import { howToGetPlugin } from "./plugin-packages.ts";
import type { CniVerb } from "./verbs.ts";

/** What a plugin run was for, in the words of the reader. */
export interface PluginRunContext {
  readonly plugin: string;
  /** `namespace/name` of the NAD, or the name in the configuration. */
  readonly network: string;
  /** Empty for verbs that have none. */
  readonly interface: string;
  readonly verb: CniVerb;
}

type EndingOf<Kind extends PluginEnding["kind"]> = Extract<PluginEnding, { readonly kind: Kind }>;

interface Failure {
  readonly code: number;
  /** What happened, after "... with plugin X". */
  readonly message: string;
  readonly hint?: string | undefined;
  readonly details?: string | undefined;
}

const doing: Readonly<Record<CniVerb, (context: PluginRunContext) => string>> = {
  ADD: (run) => `adding interface "${run.interface}" to network "${run.network}"`,
  DEL: (run) => `deleting interface "${run.interface}" from network "${run.network}"`,
  CHECK: (run) => `checking interface "${run.interface}" of network "${run.network}"`,
  GC: (run) => `cleaning up network "${run.network}"`,
  STATUS: (run) => `asking for the status of network "${run.network}"`,
  VERSION: () => "asking for versions",
};

/** How much of a plugin's words goes into the sentence, and into the details. */
const sentenceLimit = 120;
const detailsLimit = 4096;

/** Gives the standard output of a plugin that succeeded; for ADD that is a JSON object, not yet read as a result. Throws a
 *  CniError for every other ending: one sentence that names plugin, network and interface, the plugin's own code if it gave
 *  one, a hint when the cause is known, and the output as details. */
export function readPluginAnswer(ending: PluginEnding, context: PluginRunContext): string {
  const failure = failureOf(ending, context);
  if (failure === undefined) return ending.kind === "exited" ? ending.stdout : "";
  const { code, message, hint, details } = failure;
  throw new CniError(code, `${doing[context.verb](context)} with plugin "${context.plugin}": ${message}`, {
    hint,
    details: details ?? outputOf(ending),
  });
}

function failureOf(ending: PluginEnding, context: PluginRunContext): Failure | undefined {
  switch (ending.kind) {
    case "exited":
      return ending.exitCode === 0 ? badSuccess(ending, context) : badExit(ending, context);
    case "signalled":
      return signalled(ending);
    case "timed-out":
      return {
        code: cniErrorCodes.tryAgainLater,
        message: `it did not end within ${seconds(ending.afterMs)} and was stopped`,
        hint: "what it waited for is often in its log or standard error, else run it by hand with the same input",
      };
    case "too-much-output":
      return {
        code: cniErrorCodes.ioFailure,
        message: `it printed more than ${ending.limitBytes} bytes and was stopped`,
        hint: "a CNI plugin prints one JSON object: look for debug output, or for another program of that name",
      };
    case "cancelled":
      return {
        code: cniErrorCodes.tryAgainLater,
        message: "it was stopped, because the runtime gave up on this request",
      };
    case "not-found":
      return {
        code: context.verb === "STATUS" ? cniErrorCodes.notAvailable : cniErrorCodes.ioFailure,
        message: `no such plugin in ${ending.searched.join(", ") || "CNI_PATH, which is empty"}`,
        hint: howToGetPlugin(context.plugin),
      };
    case "not-runnable":
      return notRunnable(ending, context);
  }
}

/** Exit code 0: only ADD has something to say, and it must be a result. */
function badSuccess(ending: EndingOf<"exited">, context: PluginRunContext): Failure | undefined {
  if (context.verb !== "ADD") return undefined;
  const answer = parseObject(ending.stdout);
  const error = answer === undefined ? undefined : errorIn(answer);
  if (error !== undefined) return spokenFailure(error, context);
  if (answer !== undefined) return undefined;
  const printed = oneLine(ending.stdout, sentenceLimit / 2);
  return {
    code: cniErrorCodes.decodingFailure,
    message:
      printed === ""
        ? "it ended well but printed no result"
        : `it ended well but printed no result: ${printed}`,
    hint: `check that ${ending.path} is a CNI plugin`,
  };
}

function badExit(ending: EndingOf<"exited">, context: PluginRunContext): Failure {
  const answer = parseObject(ending.stdout);
  const error = answer === undefined ? undefined : errorIn(answer);
  if (error !== undefined && (error.msg !== "" || error.details !== "")) return spokenFailure(error, context);
  const said =
    answer === undefined
      ? oneLine(ending.stdout, sentenceLimit) || lastLine(ending.stderr)
      : lastLine(ending.stderr);
  const what = answer === undefined || error !== undefined ? "" : " although it printed a result";
  return {
    code: error?.code ?? cniErrorCodes.internal,
    message: `it exited with code ${ending.exitCode}${what}${said === "" ? " and said nothing" : `: ${said}`}`,
    hint: hintForPluginMessage(context.plugin, `${ending.stdout}\n${ending.stderr}`),
  };
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

function spokenFailure({ code, msg, details }: SpokenError, context: PluginRunContext): Failure {
  const all = [msg, details].filter((part) => part !== "").join("; ");
  const message = oneLine(all, sentenceLimit) || `it failed with code ${code}`;
  return {
    code,
    message,
    hint: hintForPluginMessage(context.plugin, all),
    details: all.slice(0, detailsLimit),
  };
}

const signalHints: Readonly<Record<string, string>> = {
  SIGKILL: "the kernel kills so when memory runs out (see: dmesg), an administrator may have done it too",
  SIGTERM: "somebody asked it to end, often a service that was stopped",
  SIGILL: "the executable is for another processor: install the one for this node",
  SIGSYS: "a seccomp filter forbids what it does",
};

function signalled(ending: EndingOf<"signalled">): Failure {
  const said = lastLine(ending.stderr);
  return {
    code: cniErrorCodes.internal,
    message: `it was ended by ${ending.signal}${said === "" ? "" : `: ${said}`}`,
    hint: signalHints[ending.signal] ?? `it crashed: check ${ending.path}, or install it again`,
  };
}

const reasonHints: readonly { readonly pattern: RegExp; readonly hint: string }[] = [
  {
    pattern: /format|ENOEXEC|architecture/i,
    hint: "it is for another processor or broken: install the one for this node",
  },
  {
    pattern: /permission|EACCES|not executable/i,
    hint: "make it executable (chmod 755), on a file system without noexec",
  },
  {
    pattern: /dangling|link|ENOENT|no such file/i,
    hint: "it is a link to nothing, or its interpreter is missing: install it again",
  },
];

function notRunnable(ending: EndingOf<"not-runnable">, context: PluginRunContext): Failure {
  return {
    code: context.verb === "STATUS" ? cniErrorCodes.notAvailable : cniErrorCodes.ioFailure,
    message: `${ending.path} cannot be run: ${oneLine(ending.reason, sentenceLimit)}`,
    hint:
      reasonHints.find(({ pattern }) => pattern.test(ending.reason))?.hint ?? howToGetPlugin(context.plugin),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return oneLine(text.trimEnd().split("\n").at(-1) ?? "", sentenceLimit);
}

function outputOf(ending: PluginEnding): string | undefined {
  if (!("stdout" in ending)) return undefined;
  const streams = [ending.stdout, ending.stderr].map((text) => text.trim().slice(0, detailsLimit));
  return streams.filter((text) => text !== "").join("\n") || undefined;
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
