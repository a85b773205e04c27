// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, ServerResponse } from "node:http";
import { expired } from "./status-object.ts";
import type { WatchEvent } from "./watch.ts";

/** The watches that are under way, and what may happen to them. Each acts on those that are open now. */
export interface LiveWatches {
  count(): number;
  /** Ends the connections, without an end of the answer. */
  cut(): void;
  /** The same in the middle of a line. */
  cutWithinLine(): void;
  /** Ends the answers as `timeoutSeconds` does. */
  end(): void;
  /** An ERROR event in the stream, by default 410 Expired, and the end. */
  fail(status?: unknown): void;
  /** Sends this line, whatever it is. */
  say(line: string): void;
  /** Nothing is heard any more, and the connections stay: a half-dead peer. */
  freeze(): void;
  /** From now on lines of all watches come this much later. */
  delay(ms: number): void;
}

/** One watch as the listener serves it. */
export interface WatchWire {
  send(event: WatchEvent): void;
  end(): void;
  close(): void;
}

interface Wire {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  isFrozen: boolean;
}

/** Keeps the open watches. `open` makes the wire that a watch writes to. */
export function createLiveWatches(): LiveWatches & {
  open(exchange: { readonly request: IncomingMessage; readonly response: ServerResponse }): WatchWire;
} {
  const wires = new Set<Wire>();
  let delayMs = 0;
  const each = (act: (wire: Wire) => void): void => {
    for (const wire of [...wires]) act(wire);
  };
  const write = (wire: Wire, text: string): void => {
    if (!wire.isFrozen && wires.has(wire)) wire.response.write(text);
  };
  const finish = (wire: Wire): void => {
    wires.delete(wire);
    wire.response.end();
  };
  const later = (act: () => void): void => {
    if (delayMs === 0) act();
    else setTimeout(act, delayMs);
  };
  return {
    count: () => wires.size,
    cut: () => each(({ request }) => request.socket.destroy()),
    cutWithinLine: () =>
      each((wire) => {
        write(wire, '{"type":"MODIFIED","object":{"kind":');
        wire.isFrozen = true;
        setTimeout(() => wire.request.socket.destroy(), 10);
      }),
    end: () => each(finish),
    fail: (status = expired("too old resource version: 1 (10010)").body) =>
      each((wire) => {
        write(wire, `${JSON.stringify({ type: "ERROR", object: status })}\n`);
        finish(wire);
      }),
    say: (line) => each((wire) => write(wire, `${line}\n`)),
    freeze: () =>
      each((wire) => {
        wire.isFrozen = true;
      }),
    delay(ms) {
      delayMs = ms;
    },
    open({ request, response }) {
      const wire: Wire = { request, response, isFrozen: false };
      wires.add(wire);
      return {
        send: (event) => later(() => write(wire, `${JSON.stringify(event)}\n`)),
        end: () =>
          later(() => {
            if (!wire.isFrozen) finish(wire);
          }),
        close: () => wires.delete(wire),
      };
    },
  };
}
