// SPDX-License-Identifier: Apache-2.0
import type { UnixSocketListener } from "bun";
import { socketPathIn } from "../../protocol/index.ts";
import type { Log } from "../../verbs/index.ts";
import { createLines } from "./lines.ts";
import type { Errand, ShimAnswer } from "./session.ts";
import { publishSocket, type SocketFile } from "./socket-file.ts";

/** What a server needs. */
export interface AgentServerOptions {
  /** The folder of `multus.sock`. */
  readonly socketDir: string;
  /** Name and version of this agent, for people. */
  readonly software: string;
  /** Does what a shim asks for; when it rejects, the connection is closed. */
  readonly serve: (errand: Errand) => Promise<ShimAnswer>;
  readonly log: Log;
  /** Connections at a time; 1024 by default. */
  readonly connections?: number;
  /** How often the name of the socket is looked at; 500 ms by default. */
  readonly lookEveryMs?: number;
  /** How long greeting and request may take; 5000 ms by default. */
  readonly greetingMs?: number;
}

/**
 * - `serving`: the socket's name is ours
 * - `standing-by`: a newer agent has it; we finish what we have, and come back when it goes
 * - `ending`: nothing new is begun
 */
export type ServerRole = "serving" | "standing-by" | "ending";

export interface AgentServer {
  readonly role: ServerRole;
  /** Connections that are open. */
  readonly connections: number;
  /** Resolves when a newer agent has taken over and everything that was asked of us is answered. */
  readonly handedOver: Promise<void>;
  /**
   * Refuses what is new, unless it came before a newer agent took over; lets what runs finish for `graceMs`,
   * has the rest end early, and takes the socket away unless it is another's.
   */
  drain(graceMs: number): Promise<void>;
  /** Ends everything at once. */
  close(): void;
}

/** After another took the name over, for who had looked it up just before. */
const lingerMs = 1000;

/**
 * Serves the shims of this host on a unix socket, from now on. A newer agent on the same folder takes over
 * without a gap: who had connected to the older one is still served by it. Throws what the file system
 * refuses.
 */
export function createAgentServer(options: AgentServerOptions): AgentServer {
  const { socketDir, software, log, connections = 1024, greetingMs = 5000 } = options;
  const handedOver = Promise.withResolvers<void>();
  let role: ServerRole = "serving";
  let listener: UnixSocketListener<undefined> | undefined;
  let file: SocketFile;

  const refusal = (): string | undefined => {
    if (role === "ending") return "it is shutting down";
    return lines.size > connections
      ? `the agent ${software} has ${connections} connections already`
      : undefined;
  };
  const lines = createLines({
    software,
    serve: options.serve,
    refusal,
    patienceMs: greetingMs,
    log,
    idle: () => {
      if (role === "standing-by" && listener === undefined) handedOver.resolve();
    },
  });
  const publish = (): void => {
    let made: UnixSocketListener<undefined> | undefined;
    file = publishSocket(socketDir, (path) => {
      made = Bun.listen({ unix: path, socket: lines.handler });
    });
    listener = made;
    role = "serving";
  };
  const stopListening = (): void => {
    listener?.stop(false);
    listener = undefined;
  };
  const standBy = async (): Promise<void> => {
    role = "standing-by";
    log("verbose", "a newer agent has taken over the socket", { socket: socketPathIn(socketDir) });
    const mine = listener;
    await Bun.sleep(lingerMs);
    if (listener !== mine) return;
    stopListening();
    if (lines.size === 0) handedOver.resolve();
  };
  const look = async (): Promise<void> => {
    const owner = file.owner();
    if (role === "serving" && owner === "another") await standBy();
    const isFree = owner === "nobody" || (role === "standing-by" && !(await isAnswered(socketDir)));
    // It was another's or gone a moment ago, and things may have changed meanwhile.
    if (!isFree || role === "ending" || file.owner() === "us") return;
    log("verbose", "the socket is nobody's, this agent serves it", { socket: socketPathIn(socketDir) });
    stopListening();
    publish();
  };

  publish();
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((error) => log("error", "the agent's socket cannot be looked after", { error }))
      .finally(() => {
        looking = false;
      });
  }, options.lookEveryMs ?? 500);

  const close = (): void => {
    role = "ending";
    clearInterval(timer);
    file.remove();
    stopListening();
    lines.destroy("the agent ends");
    handedOver.resolve();
  };
  return {
    get role() {
      return role;
    },
    get connections() {
      return lines.size;
    },
    handedOver: handedOver.promise,
    drain: async (graceMs) => {
      const end = performance.now() + graceMs;
      // Who had looked the name up before a newer agent had it finds only us.
      if (file.owner() === "another") await Bun.sleep(Math.min(lingerMs, graceMs));
      role = "ending";
      await until(() => lines.size === 0, end - performance.now());
      close();
    },
    close,
  };
}

async function until(isSo: () => boolean, atMostMs: number): Promise<void> {
  const end = performance.now() + atMostMs;
  while (!isSo() && performance.now() < end) await Bun.sleep(10);
}

/** Whether somebody listens on the socket: one that was killed leaves its name behind. */
async function isAnswered(socketDir: string): Promise<boolean> {
  try {
    const socket = await Bun.connect({ unix: socketPathIn(socketDir), socket: { data: () => {} } });
    socket.terminate();
    return true;
  } catch (error) {
    // Whatever else keeps us out, such as a crowd before it, does not say that nobody is there.
    return !(error instanceof Error && "code" in error && error.code === "ECONNREFUSED");
  }
}
