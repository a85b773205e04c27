// SPDX-License-Identifier: Apache-2.0
import {
  type AgentMessage,
  createFrameCutter,
  decodeAgentMessage,
  encodeShimMessage,
  ProtocolError,
  protocolVersions,
  type ShimMessage,
  socketPathIn,
} from "../protocol/index.ts";
import { lendHands } from "./lend-hands.ts";

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
  /** Who asks: name and version, for people. */
  readonly software: string;
  /** Comes when the runtime ends the request: the agent is told, and still answers. */
  readonly cancelled: AbortSignal;
}

/** How long an agent may take to say anything. */
const welcomeMs = 5000;

/** Asks the node's agent and lends it the host's hands until it answers. Never rejects. */
export async function askAgent(question: AgentQuestion): Promise<AgentOutcome> {
  try {
    const { lowest, highest } = protocolVersions;
    const opening = Buffer.concat([
      encodeShimMessage({ kind: "greeting", lowest, highest, software: question.software }),
      encodeShimMessage(question.opening),
    ]);
    return await converse(question, opening);
  } catch (error) {
    return { kind: "unasked", reason: error instanceof Error ? error.message : String(error) };
  }
}

async function converse(question: AgentQuestion, opening: Uint8Array): Promise<AgentOutcome> {
  const { promise: over, resolve: finish } = Promise.withResolvers<AgentOutcome>();
  let line: Line | undefined;
  const hands = lendHands({
    searchDirs: question.searchDirs,
    ended: (id, ending) => line?.send(encodeShimMessage({ kind: "step-ended", id, ending })),
  });
  const state = { welcomed: false, worked: false, ids: new Set<number>() };
  const gone = (reason: string): void => finish({ kind: state.worked ? "lost" : "unasked", reason });
  const cutFrames = createFrameCutter();
  const socket = await Bun.connect({
    unix: socketPathIn(question.socketDir),
    socket: {
      data: (_, bytes) => {
        try {
          for (const frame of cutFrames(bytes)) {
            const outcome = takeMessage(decodeAgentMessage(frame), hands, state);
            if (outcome !== undefined) return finish(outcome);
          }
        } catch (error) {
          gone(error instanceof ProtocolError ? `it sent ${error.message}` : String(error));
        }
      },
      drain: () => line?.flush(),
      close: () => gone(state.welcomed ? "it went away" : "it closed the connection at once"),
      error: (_, error) => gone(error.message),
    },
  });
  line = lineTo(socket);
  line.send(opening);
  const {
    cancelled,
    opening: { patienceMs },
  } = question;
  const cancel = (): void => line?.send(encodeShimMessage({ kind: "cancel" }));
  if (cancelled.aborted) cancel();
  cancelled.addEventListener("abort", cancel, { once: true });
  const silence = setTimeout(() => {
    if (!state.welcomed) gone(`it said nothing for ${welcomeMs / 1000} seconds`);
  }, welcomeMs);
  const patience = setTimeout(
    () => gone(`it gave no answer within ${patienceMs / 1000} seconds`),
    patienceMs,
  );
  const outcome = await over;
  for (const timer of [silence, patience]) clearTimeout(timer);
  cancelled.removeEventListener("abort", cancel);
  socket.terminate();
  await hands.letGo();
  return outcome;
}

interface ConversationState {
  welcomed: boolean;
  /** A step was lent that may have changed something. */
  worked: boolean;
  readonly ids: Set<number>;
}

/** Does what a message says; gives the outcome when it is the last one. Throws a ProtocolError. */
function takeMessage(
  message: AgentMessage,
  hands: ReturnType<typeof lendHands>,
  state: ConversationState,
): AgentOutcome | undefined {
  if (!state.welcomed) return takeWelcome(message, state);
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
      throw new ProtocolError(`a message "${message.kind}" in the middle of a request`);
  }
}

function takeWelcome(message: AgentMessage, state: ConversationState): AgentOutcome | undefined {
  if (message.kind === "refused") return { kind: "unasked", reason: `it refused: ${message.reason}` };
  if (message.kind !== "welcome") throw new ProtocolError(`a message "${message.kind}" before its welcome`);
  const { lowest, highest } = protocolVersions;
  if (message.version < lowest || message.version > highest) {
    const reason = `it is ${message.software} and speaks version ${message.version} of the protocol, not ${lowest} to ${highest}`;
    return { kind: "unasked", reason };
  }
  state.welcomed = true;
  return undefined;
}

/** The way to the agent: what its socket does not take at once waits. */
interface Line {
  send(bytes: Uint8Array): void;
  flush(): void;
}

function lineTo(socket: { write(bytes: Uint8Array): number }): Line {
  const waiting: Uint8Array[] = [];
  const flush = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const written = Math.max(0, socket.write(next));
      if (written < next.length) {
        waiting[0] = next.subarray(written);
        return;
      }
      waiting.shift();
    }
  };
  return {
    send: (bytes) => {
      waiting.push(bytes);
      if (waiting.length === 1) flush();
    },
    flush,
  };
}
