// SPDX-License-Identifier: Apache-2.0
import { dirname } from "node:path";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import { writeFully } from "../host/index.ts";
import { answer, failedAnswer, type PluginCall } from "./answer.ts";
import { type Asker, askAboutRequest, askForSweep } from "./ask-about.ts";
import type { AgentOutcome } from "./ask-agent.ts";
import { type CniStart, readCniArguments } from "./cni-arguments.ts";
import { connect } from "./connect.ts";
import { judgeNestedStart } from "./nested-start.ts";
import { pluginFolders } from "./plugin-folders.ts";

/** What whoever started us gets. */
export interface Answer {
  readonly stdout: string;
  readonly exitCode: number;
}

/** A request that the node's agent did not answer. */
export interface UnansweredRequest {
  readonly outcome: Exclude<AgentOutcome, { kind: "answered" }>;
  /** It is an ADD of which something may be done already, or that the runtime ended: to be taken back. */
  readonly isHalfDone: boolean;
  readonly stdin: string;
  /** The only folders of plugins, when a shim has handed the request over; undefined for those configured. */
  readonly folders: readonly string[] | undefined;
  /** Comes when the runtime ends us. */
  readonly signal: AbortSignal;
}

/** Signals by which a runtime ends a plugin; SIGKILL needs no handler, the leash ends the delegates then. */
const endingSignals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Exit code of the command line tool for what nobody understands. */
const wrongUsage = 2;

/**
 * The CNI plugin: one call, answered on standard output. Gives the exit code. `goOn` answers what the node's
 * agent did not; `ownDir` is the folder in which the executable lies.
 */
export async function runCniPlugin(
  goOn = answerWithoutAgent,
  ownDir = dirname(process.execPath),
): Promise<number> {
  const ended = new AbortController();
  for (const signal of endingSignals) process.once(signal, () => ended.abort());
  const args = process.argv.slice(2);
  const start = readCniArguments(args[0] === "cni" ? args.slice(1) : args);
  if (start === undefined) {
    writeFully(2, `unknown arguments, or a folder without its whole path; see \`plures cni --help\`\n`);
    return wrongUsage;
  }
  const asker: Asker = { environment: process.env, ownDir, cancelled: ended.signal };
  const { stdout, exitCode } = await (start.kind === "sweep"
    ? sweep(start, asker)
    : answerRequest(start, asker, goOn));
  writeFully(1, stdout);
  return exitCode;
}

async function answerRequest(
  start: Exclude<CniStart, { kind: "sweep" }>,
  asker: Asker,
  goOn: typeof answerWithoutAgent,
): Promise<Answer> {
  const signal = asker.cancelled;
  // Whoever starts us by hand is told what is missing, not kept waiting for input.
  const stdin = process.env.CNI_COMMAND === undefined ? "" : await readStdin();
  const nested = judgeNestedStart(process.env);
  if (nested === "nothing-to-do") return { stdout: "", exitCode: 0 };
  if (nested === "refuse") return refuseNested(stdin);
  const outcome = await outcomeOf(start, stdin, asker);
  if (outcome.kind === "answered") return answeredBy(outcome);
  const isHalfDone = process.env.CNI_COMMAND === "ADD" && (outcome.kind === "lost" || signal.aborted);
  const folders =
    start.kind === "ask"
      ? undefined
      : pluginFolders({ cniPath: process.env.CNI_PATH ?? "", ownDir: asker.ownDir });
  return goOn({ outcome, isHalfDone, stdin, folders, signal });
}

function refuseNested(stdin: string): Answer {
  const error = new CniError(
    cniErrorCodes.invalidNetworkConfig,
    "Plures was started by a plugin of its own",
    {
      hint: 'take "plures" and "multus" out of the network\'s configuration, as a plugin and as its ipam',
    },
  );
  return failedAnswer({ environment: process.env, stdin }, error);
}

async function outcomeOf(
  start: Exclude<CniStart, { kind: "sweep" }>,
  stdin: string,
  asker: Asker,
): Promise<AgentOutcome> {
  if (start.kind === "ask") return askAboutRequest(stdin, asker);
  return { kind: start.kind === "alone" ? "unasked" : "lost", reason: start.reason };
}

/** Answers with the same decisions, as far as the configuration allows; what is half done is taken back. */
async function answerWithoutAgent(request: UnansweredRequest): Promise<Answer> {
  const { outcome, isHalfDone, stdin, folders, signal } = request;
  const { reason } = outcome;
  // The runtime may have ended the request: taking it back is what it waits for then.
  const lasting = isHalfDone ? new AbortController().signal : signal;
  const call: PluginCall = {
    environment: process.env,
    stdin,
    connect: (config, request) =>
      connect({ config, request, signal: lasting, withoutAgent: reason, folders }),
  };
  return isHalfDone ? (await import("./take-back.ts")).takeBack(call, reason) : answer(call);
}

async function sweep(start: Extract<CniStart, { kind: "sweep" }>, asker: Asker): Promise<Answer> {
  const outcome = await askForSweep(start, asker);
  if (outcome.kind === "answered") return answeredBy(outcome);
  return (await import("./sweep-alone.ts")).sweepAlone({ ...start, signal: asker.cancelled });
}

function answeredBy({ stdout, exitCode }: Extract<AgentOutcome, { kind: "answered" }>): Answer {
  return { stdout: Buffer.from(stdout).toString("utf8"), exitCode };
}

/** A closed standard input has no configuration for us: the request then says so. */
async function readStdin(): Promise<string> {
  return Bun.stdin.text().catch(() => "");
}
