// SPDX-License-Identifier: Apache-2.0
import type { Socket, SocketHandler } from "bun";
import { limits } from "../../protocol/index.ts";
import type { Log } from "../../verbs/index.ts";
import { createOutgoing, type Outgoing } from "./outgoing.ts";
import { createSession, type Session, type SessionOptions } from "./session.ts";

export interface LinesOptions extends Pick<SessionOptions, "software" | "serve" | "refusal" | "patienceMs"> {
  readonly log: Log;
  /** The last connection was closed. */
  readonly idle: () => void;
}

/** The connections of a server. */
export interface Lines {
  /** What the listener does with them. */
  readonly handler: SocketHandler<undefined>;
  readonly size: number;
  /** Closes all, at once. */
  destroy(reason: string): void;
}

/** Two of the longest messages: a shim that does not read so much is stuck. */
const unsentBytes = 2 * limits.frameBytes;

/** Gives each connection of a socket a session, for as long as it is open. */
export function createLines({ log, idle, ...options }: LinesOptions): Lines {
  const lines = new Map<Socket<undefined>, { readonly session: Session; readonly outgoing: Outgoing }>();
  const dropped = (socket: Socket<undefined>): void => {
    const line = lines.get(socket);
    if (line === undefined) return;
    lines.delete(socket);
    line.session.closed();
    if (lines.size === 0) idle();
  };
  const destroy = (socket: Socket<undefined>, reason: string): void => {
    log("verbose", "a connection of a shim is closed", { reason });
    socket.terminate();
    dropped(socket);
  };
  const accept = (socket: Socket<undefined>): void => {
    const outgoing = createOutgoing({
      write: (bytes) => socket.write(bytes),
      end: () => void socket.end(),
      tooSlow: () => destroy(socket, "it does not read what it is sent"),
      limitBytes: unsentBytes,
    });
    const session = createSession({
      ...options,
      send: outgoing.send,
      end: outgoing.end,
      destroy: (reason) => destroy(socket, reason),
    });
    lines.set(socket, { session, outgoing });
  };
  return {
    handler: {
      open: accept,
      data: (socket, bytes) => lines.get(socket)?.session.received(bytes),
      drain: (socket) => lines.get(socket)?.outgoing.drained(),
      close: dropped,
      error: dropped,
    },
    get size() {
      return lines.size;
    },
    destroy: (reason) => {
      for (const socket of [...lines.keys()]) destroy(socket, reason);
    },
  };
}
