// SPDX-License-Identifier: Apache-2.0
import {
  type AgentMessage,
  createFrameCutter,
  decodeAgentMessage,
  encodeShimMessage,
  ProtocolError,
  type ShimMessage,
} from "../protocol/index.ts";

/** A connection to the node's agent. */
export interface AgentLine {
  send(message: ShimMessage): void;
  /** Closes it; nothing is told any more. */
  close(): void;
}

/** Who hears what comes through a line. */
export interface LineListener {
  /** Takes one message; a ProtocolError that it throws is the end of the line. */
  readonly take: (message: AgentMessage) => void;
  /** Is told once why nothing more can come, as words that follow "because". */
  readonly gone: (reason: string) => void;
}

/** Connects to the agent's socket; rejects when nobody listens there. */
export async function openAgentLine(path: string, { take, gone }: LineListener): Promise<AgentLine> {
  const cutFrames = createFrameCutter();
  const waiting: Uint8Array[] = [];
  let isOpen = true;
  const end = (reason: string): void => {
    if (isOpen) gone(reason);
    isOpen = false;
  };
  const takeBytes = (bytes: Uint8Array): void => {
    try {
      for (const frame of cutFrames(bytes)) if (isOpen) take(decodeAgentMessage(frame));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      end(`it sent ${error.message}`);
    }
  };
  const socket = await Bun.connect({
    unix: path,
    socket: {
      data: (_, bytes) => takeBytes(bytes),
      drain: (drained) => writeWaiting(drained, waiting),
      close: () => end("it closed the connection"),
      error: (_, error) => end(error.message),
    },
  });
  return {
    send: (message) => {
      waiting.push(encodeShimMessage(message));
      if (waiting.length === 1) writeWaiting(socket, waiting);
    },
    close: () => {
      isOpen = false;
      socket.terminate();
    },
  };
}

/** A socket takes as much as there is room for; the rest goes when it has drained. */
function writeWaiting(socket: { write(bytes: Uint8Array): number }, waiting: Uint8Array[]): void {
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    const written = Math.max(0, socket.write(next));
    if (written < next.length) {
      waiting[0] = next.subarray(written);
      return;
    }
    waiting.shift();
  }
}
