// SPDX-License-Identifier: Apache-2.0
import {
  type AgentMessage,
  createFrameCutter,
  decodeShimMessage,
  encodeAgentMessage,
  type Greeting,
  ProtocolError,
  protocolVersions,
  type ShimMessage,
} from "../../protocol/index.ts";
import { createHands, type Hands } from "./hands.ts";

/** What a shim wants, after its greeting. */
export type Opening = Extract<ShimMessage, { kind: "request" | "sweep" }>;

/** One thing that a shim asks for, with what there is to do it with. */
export interface Errand {
  readonly opening: Opening;
  readonly hands: Hands;
  /** The runtime has ended the request, or the shim has gone, or the agent must end. */
  readonly cancelled: AbortSignal;
  /** The shim has gone: what is done from now on is nobody's. */
  readonly closed: AbortSignal;
}

/** What the shim prints, and its exit code. */
export interface ShimAnswer {
  readonly stdout: string;
  readonly exitCode: number;
}

export interface SessionOptions {
  /** Of this side, for people: name and version. */
  readonly software: string;
  readonly serve: (errand: Errand) => Promise<ShimAnswer>;
  /** Why nothing new is begun, as a sentence for people; undefined when it is. */
  readonly refusal: () => string | undefined;
  readonly send: (bytes: Uint8Array) => void;
  /** Ends the connection once all has been sent. */
  readonly end: () => void;
  /** Ends it now: the other side cannot be relied on. */
  readonly destroy: (reason: string) => void;
  /** Until greeting and request must have come, and until the shim must have gone after the answer. */
  readonly patienceMs: number;
}

/** One connection, from greeting to answer. */
export interface Session {
  received(piece: Uint8Array): void;
  /** The connection is closed, by whomever. */
  closed(): void;
}

/** Which messages may come when. */
const expected = {
  greeting: ["greeting"],
  opening: ["request", "sweep"],
  serving: ["step-ended", "cancel"],
} as const satisfies Record<string, readonly ShimMessage["kind"][]>;

type Stage = keyof typeof expected | "done";

/** Begins a session on a connection that was just made. */
export function createSession(options: SessionOptions): Session {
  const cancelled = new AbortController();
  const closed = new AbortController();
  let stage: Stage = "greeting";
  const send = (message: AgentMessage): void => options.send(encodeAgentMessage(message));
  const hands = createHands({
    send,
    overdue: (what) => giveUp(`${what} has not ended in time`),
  });
  const timer = (what: string) => setTimeout(() => giveUp(what), options.patienceMs);
  let patience = timer("neither greeting nor request came in time");

  const finish = (): void => {
    stage = "done";
    clearTimeout(patience);
    patience = timer("the shim stayed after its answer");
    options.end();
  };
  const giveUp = (reason: string): void => {
    options.destroy(reason);
    close();
  };
  const close = (): void => {
    stage = "done";
    clearTimeout(patience);
    hands.release();
    closed.abort();
    cancelled.abort();
  };
  const greet = (greeting: Greeting): void => {
    const reason = whyNotSpoken(greeting, options.software) ?? options.refusal();
    if (reason === undefined) {
      const version = Math.min(greeting.highest, protocolVersions.highest);
      send({ kind: "welcome", version, software: options.software });
      stage = "opening";
    } else {
      send({ kind: "refused", reason });
      finish();
    }
  };
  const serve = async (opening: Opening): Promise<void> => {
    stage = "serving";
    clearTimeout(patience);
    const errand = { opening, hands, cancelled: cancelled.signal, closed: closed.signal };
    try {
      const { stdout, exitCode } = await options.serve(errand);
      if (closed.signal.aborted) return;
      send({ kind: "answer", exitCode, stdout: new TextEncoder().encode(stdout) });
      finish();
    } catch (error) {
      giveUp(`serving failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const open = (opening: Opening): void => {
    const reason = options.refusal();
    // Nothing was done yet: a shim that loses its line now goes on alone.
    if (reason === undefined) void serve(opening);
    else giveUp(reason);
  };
  const take = (message: ShimMessage): void => {
    // What comes after the last word is of no interest.
    if (stage === "done") return;
    const mayCome: readonly ShimMessage["kind"][] = expected[stage];
    if (!mayCome.includes(message.kind)) {
      throw new ProtocolError(`"${message.kind}" where it cannot be`);
    }
    if (message.kind === "greeting") greet(message);
    else if (message.kind === "step-ended") hands.ended(message.id, message.ending);
    else if (message.kind === "cancel") cancelled.abort();
    else open(message);
  };
  const cutFrames = createFrameCutter();
  return {
    received: (piece) => {
      try {
        // Nor is it kept.
        if (stage === "done") return;
        for (const frame of cutFrames(piece)) take(decodeShimMessage(frame));
      } catch (error) {
        giveUp(error instanceof ProtocolError ? `it sent ${error.message}` : String(error));
      }
    },
    closed: close,
  };
}

function whyNotSpoken({ lowest, highest, software }: Greeting, own: string): string | undefined {
  const ours = protocolVersions;
  if (lowest <= ours.highest && highest >= ours.lowest) return undefined;
  const range = (low: number, high: number): string => (low === high ? `${low}` : `${low} to ${high}`);
  const theirs = `the shim ${software} speaks version ${range(lowest, highest)} of the protocol`;
  return `${theirs}, the agent ${own} version ${range(ours.lowest, ours.highest)}: install both from one release`;
}
