// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import {
  type AgentMessage,
  createFrameCutter,
  decodeShimMessage,
  encodeAgentMessage,
  type RunStep,
  type ShimMessage,
  type StepEnding,
  socketPathIn,
} from "../../protocol/index.ts";

/** How long a test waits for the shim before it says so. */
const patienceMs = 8000;

/** An agent that does what a test says. */
export interface ScriptedAgent {
  /** The next shim that connects, once its greeting and what it wants have come; nothing was sent to it. */
  accept(): Promise<AgentLine>;
  /** The next connection, whatever comes through it. */
  acceptRaw(): Promise<AgentLine>;
  close(): void;
}

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

/** Listens on the agent's socket in `socketDir`, which it makes, until it is closed. */
export async function createScriptedAgent(socketDir: string): Promise<ScriptedAgent> {
  const arrived: Socket[] = [];
  const waiting: ((socket: Socket) => void)[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
    const waiter = waiting.shift();
    if (waiter === undefined) arrived.push(socket);
    else waiter(socket);
  });
  mkdirSync(socketDir, { recursive: true, mode: 0o700 });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(socketPathIn(socketDir), resolve);
  await listening;
  chmodSync(socketPathIn(socketDir), 0o600);

  const acceptRaw = async (): Promise<AgentLine> => {
    const socket =
      arrived.shift() ??
      (await within("a shim to connect", new Promise<Socket>((done) => waiting.push(done))));
    return lineOver(socket);
  };
  return {
    acceptRaw,
    accept: async () => {
      const line = await acceptRaw();
      await within("greeting and request", opened(line));
      return line;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

const openings = new WeakMap<AgentLine, Promise<void>>();
const opened = (line: AgentLine): Promise<void> => openings.get(line) ?? Promise.resolve();

function lineOver(socket: Socket): AgentLine {
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
    return within(`the end of step ${id}`, endOf(id).promise);
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

/** `work`, or an error that names what did not come in time. */
export async function within<T>(what: string, work: Promise<T>, milliseconds = patienceMs): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`waited ${milliseconds} ms for ${what}`)), milliseconds);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
