// SPDX-License-Identifier: Apache-2.0
import { openVersionMemory, type VersionMemory } from "../../host/version-memory.ts";
import {
  type AgentMessage,
  createFrameCutter,
  decodeAgentMessage,
  encodeShimMessage,
  type ShimMessage,
  socketPathIn,
} from "../../protocol/index.ts";
import { type AgentQuestion, askAgent } from "../../shim/ask-agent.ts";

/** For tests: asks the agent as the TypeScript shim does. Gives its answer, or why there is none. */
export async function askFromShim(
  question: Pick<AgentQuestion, "socketDir" | "opening" | "searchDirs">,
): Promise<{ readonly stdout: string; readonly exitCode: number } | { readonly reason: string }> {
  const cancelled = new AbortController().signal;
  const outcome = await askAgent({ ...question, foldersFile: "/absent", software: "test shim", cancelled });
  if (outcome.kind !== "answered") return { reason: `${outcome.kind}: ${outcome.reason}` };
  return { stdout: new TextDecoder().decode(outcome.stdout), exitCode: outcome.exitCode };
}

/** For tests: a connection to the agent that says what a test says, and keeps what it hears. */
export interface RawLine {
  readonly got: readonly AgentMessage[];
  readonly closed: Promise<void>;
  send(...messages: readonly ShimMessage[]): void;
  sendBytes(bytes: Uint8Array): void;
  /** Reads nothing any more. */
  deafen(): void;
  hangUp(): void;
}

/** Connects to the agent in `socketDir`. */
export async function connectRaw(socketDir: string): Promise<RawLine> {
  const got: AgentMessage[] = [];
  const cutFrames = createFrameCutter();
  const closed = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    unix: socketPathIn(socketDir),
    socket: {
      data: (_, bytes) => void got.push(...cutFrames(bytes).map(decodeAgentMessage)),
      close: () => closed.resolve(),
      error: () => closed.resolve(),
    },
  });
  return {
    got,
    closed: closed.promise,
    send: (...messages) => {
      for (const message of messages) socket.write(encodeShimMessage(message));
    },
    sendBytes: (bytes) => void socket.write(bytes),
    deafen: () => void socket.pause(),
    hangUp: () => socket.terminate(),
  };
}

/** For tests: a memory of its own, in no file. */
export function newVersionMemory(): VersionMemory {
  return openVersionMemory({ file: undefined, log: () => {} });
}

/** For tests: waits until `what` holds; throws when it does not in time. */
export async function until(what: () => boolean, milliseconds = 3000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!what()) {
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms for ${what}`);
    await Bun.sleep(5);
  }
}
