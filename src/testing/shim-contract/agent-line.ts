// SPDX-License-Identifier: Apache-2.0
import type { Socket } from "node:net";
import {
  type AgentMessage,
  createFrameCutter,
  decodeShimMessage,
  encodeAgentMessage,
  type RunStep,
  type ShimMessage,
  type StepEnding,
} from "../../protocol/index.ts";
import { within } from "./within.ts";

type Opening = Extract<ShimMessage, { kind: "request" | "sweep" }>;

/** The connection to one shim. */
export interface AgentLine {
  readonly greeting: Extract<ShimMessage, { kind: "greeting" }>;
  /** What the shim wants. */
  readonly opening: Opening;
  welcome(): void;
  send(message: AgentMessage): void;
  /** Any bytes, frames or not. */
  sendBytes(bytes: Uint8Array): void;
  /** Sends a step and waits for its end. */
  run(id: number, step: RunStep): Promise<StepEnding>;
  look(id: number, plugin: string, searchDirs: readonly string[]): Promise<StepEnding>;
  netlink(id: number, netns: string, message: Uint8Array): Promise<StepEnding>;
  answer(stdout: string, exitCode?: number): void;
  /** Resolves when the shim says that the runtime ends the request. */
  readonly cancelled: Promise<void>;
  /** Resolves when the shim closes the connection. */
  readonly closed: Promise<void>;
  /** Closes it from this side. */
  hangUp(): void;
}

const openings = new WeakMap<AgentLine, Promise<void>>();

/** Resolves when greeting and request have come through a line. */
export const opened = (line: AgentLine): Promise<void> => openings.get(line) ?? Promise.resolve();

/** The agent's side of a connection. */
export function lineOver(socket: Socket): AgentLine {
  const ended = new Map<number, PromiseWithResolvers<StepEnding>>();
  const endOf = (id: number): PromiseWithResolvers<StepEnding> => {
    const known = ended.get(id) ?? Promise.withResolvers<StepEnding>();
    ended.set(id, known);
    return known;
  };
  const begun: { greeting?: AgentLine["greeting"]; opening?: Opening } = {};
  const openingCame = Promise.withResolvers<void>();
  const cancel = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const takers = {
    greeting: (message) => {
      begun.greeting = message;
    },
    request: (message) => {
      begun.opening = message;
      openingCame.resolve();
    },
    sweep: (message) => {
      begun.opening = message;
      openingCame.resolve();
    },
    "step-ended": ({ id, ending }) => endOf(id).resolve(ending),
    cancel: () => cancel.resolve(),
  } as const satisfies { [K in ShimMessage["kind"]]: (message: Extract<ShimMessage, { kind: K }>) => void };

  const cutFrames = createFrameCutter();
  socket.on("data", (piece) => {
    for (const frame of cutFrames(typeof piece === "string" ? Buffer.from(piece) : piece)) {
      const message = decodeShimMessage(frame);
      // The row of its own kind takes it; that cannot be said in types.
      (takers[message.kind] as (message: ShimMessage) => void)(message);
    }
  });
  socket.on("close", () => closed.resolve());
  const send = (message: AgentMessage): void => void socket.write(encodeAgentMessage(message));
  const step = (id: number, message: AgentMessage): Promise<StepEnding> => {
    send(message);
    const ending = within(`the end of step ${id}`, endOf(id).promise);
    // A test that failed already does not wait for it.
    ending.catch(() => {});
    return ending;
  };
  const line: AgentLine = {
    get greeting() {
      return begun.greeting ?? missing("greeting");
    },
    get opening() {
      return begun.opening ?? missing("request");
    },
    welcome: () => send({ kind: "welcome", version: 1, software: "a scripted agent" }),
    send,
    sendBytes: (bytes) => void socket.write(bytes),
    run: (id, run) => step(id, { kind: "run", id, run }),
    look: (id, plugin, searchDirs) => step(id, { kind: "look", id, plugin, searchDirs }),
    netlink: (id, netns, message) => step(id, { kind: "netlink", id, netns, message }),
    answer: (stdout, exitCode = 0) =>
      send({ kind: "answer", exitCode, stdout: new TextEncoder().encode(stdout) }),
    get cancelled() {
      return within("a cancel", cancel.promise);
    },
    get closed() {
      return within("the shim to close the connection", closed.promise);
    },
    hangUp: () => void socket.destroy(),
  };
  openings.set(line, openingCame.promise);
  return line;
}

function missing(what: string): never {
  throw new Error(`the shim sent no ${what}`);
}
