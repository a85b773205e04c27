// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { socketPathIn } from "../../protocol/index.ts";
import { type AgentLine, lineOver, opened } from "./agent-line.ts";
import { within } from "./within.ts";

/** An agent that does what a test says. */
export interface ScriptedAgent {
  /** The next shim that connects, once its greeting and what it wants have come; nothing was sent to it. */
  accept(): Promise<AgentLine>;
  /** The next connection, whatever comes through it. */
  acceptRaw(): Promise<AgentLine>;
  close(): void;
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
