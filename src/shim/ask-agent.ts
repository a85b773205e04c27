// SPDX-License-Identifier: Apache-2.0
import {
  type AgentMessage,
  ProtocolError,
  protocolVersions,
  type ShimMessage,
  socketPathIn,
} from "../protocol/index.ts";
import { type AgentLine, openAgentLine } from "./agent-line.ts";
import { type Hands, lendHands } from "./lend-hands.ts";

/** What became of asking the node's agent. */
export type AgentOutcome =
  | { readonly kind: "answered"; readonly stdout: Uint8Array; readonly exitCode: number }
  /** Nothing was done for the request. */
  | { readonly kind: "unasked"; readonly reason: string }
  /** The agent went away in the middle; what ran was ended. */
  | { readonly kind: "lost"; readonly reason: string };

/** What is asked of the agent. */
export interface AgentQuestion {
  readonly socketDir: string;
  readonly opening: Extract<ShimMessage, { kind: "request" | "sweep" }>;
  /** The folders in which its plugins may be. */
  readonly searchDirs: readonly string[];
  /** The file that would open further ones. */
  readonly foldersFile: string;
  /** Who asks: name and version, for people. */
  readonly software: string;
  /** Comes when the runtime ends the request: the agent is told, and still answers. */
  readonly cancelled: AbortSignal;
}

/** How long an agent may take to say anything. */
const welcomeMs = 5000;

/** Asks the node's agent and lends it the host's hands until it answers. Never rejects. */
export async function askAgent(question: AgentQuestion): Promise<AgentOutcome> {
  const { promise: over, resolve } = Promise.withResolvers<AgentOutcome>();
  const finish = (outcome: AgentOutcome): void => {
    // At once: what comes behind it is not taken any more.
    line?.close();
    resolve(outcome);
  };
  const hands = lendHands({
    searchDirs: question.searchDirs,
    foldersFile: question.foldersFile,
    ended: (id, ending) => line?.send({ kind: "step-ended", id, ending }),
  });
  const state: ConversationState = { welcomed: false, worked: false, ids: new Set() };
  const gone = (reason: string): void => finish({ kind: state.worked ? "lost" : "unasked", reason });
  const take = (message: AgentMessage): void => {
    const outcome = state.welcomed ? takeStep(message, hands, state) : takeWelcome(message, state);
    if (outcome !== undefined) finish(outcome);
  };
  let line: AgentLine | undefined;
  const timers = watchTime(question, state, gone);
  const cancel = (): void => line?.send({ kind: "cancel" });
  try {
    line = await openAgentLine(socketPathIn(question.socketDir), { take, gone });
    line.send({ kind: "greeting", ...protocolVersions, software: question.software });
    line.send(question.opening);
    if (question.cancelled.aborted) cancel();
    question.cancelled.addEventListener("abort", cancel, { once: true });
  } catch (error) {
    gone(error instanceof Error ? error.message : String(error));
  }
  const outcome = await over;
  for (const timer of timers) clearTimeout(timer);
  question.cancelled.removeEventListener("abort", cancel);
  await hands.letGo();
  return outcome;
}

interface ConversationState {
  welcomed: boolean;
  /** A step was lent that may have changed something. */
  worked: boolean;
  readonly ids: Set<number>;
}

function watchTime(
  { opening: { patienceMs } }: AgentQuestion,
  state: ConversationState,
  gone: (reason: string) => void,
): readonly Timer[] {
  const silence = (): void => {
    if (!state.welcomed) gone(`it said nothing for ${welcomeMs / 1000} seconds`);
  };
  return [
    setTimeout(silence, welcomeMs),
    setTimeout(() => gone(`it gave no answer within ${patienceMs / 1000} seconds`), patienceMs),
  ];
}

function takeWelcome(message: AgentMessage, state: ConversationState): AgentOutcome | undefined {
  if (message.kind === "refused") return { kind: "unasked", reason: `it refused: ${message.reason}` };
  if (message.kind !== "welcome") throw new ProtocolError(`"${message.kind}" before its welcome`);
  const { version, software } = message;
  const { lowest, highest } = protocolVersions;
  if (version < lowest || version > highest) {
    const ours = lowest === highest ? `${lowest}` : `${lowest} to ${highest}`;
    return { kind: "unasked", reason: `it is ${software} and speaks version ${version}, we speak ${ours}` };
  }
  state.welcomed = true;
  return undefined;
}

/** Begins what a message asks for; gives the outcome when it is the last one. Throws a ProtocolError. */
function takeStep(message: AgentMessage, hands: Hands, state: ConversationState): AgentOutcome | undefined {
  switch (message.kind) {
    case "answer":
      return { kind: "answered", stdout: message.stdout, exitCode: message.exitCode };
    case "stop":
      hands.stop(message.id);
      return undefined;
    case "run":
    case "look":
    case "netlink":
      if (state.ids.has(message.id)) throw new ProtocolError(`a second step with the id ${message.id}`);
      state.ids.add(message.id);
      state.worked ||= message.kind !== "look";
      hands.take(message);
      return undefined;
    default:
      throw new ProtocolError(`"${message.kind}" in the middle of a request`);
  }
}
