// SPDX-License-Identifier: Apache-2.0

/** The way out of one connection. */
export interface Outgoing {
  send(bytes: Uint8Array): void;
  /** The socket takes bytes again. */
  drained(): void;
  /** Ends the connection once everything has gone out; nothing is sent any more. */
  end(): void;
}

export interface OutgoingOptions {
  /** Gives how many bytes the socket took, none or less when it is closed. */
  readonly write: (bytes: Uint8Array) => number;
  readonly end: () => void;
  /** More than `limitBytes` wait: the other side does not read. */
  readonly tooSlow: () => void;
  readonly limitBytes: number;
}

/** Keeps what a socket does not take at once, up to a limit. */
export function createOutgoing({ write, end, tooSlow, limitBytes }: OutgoingOptions): Outgoing {
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let ending = false;
  const flush = (): void => {
    for (;;) {
      const [first] = waiting;
      if (first === undefined) break;
      const taken = Math.max(0, write(first));
      waitingBytes -= taken;
      if (taken < first.length) {
        waiting[0] = first.subarray(taken);
        return;
      }
      waiting.shift();
    }
    if (ending) end();
  };
  return {
    send: (bytes) => {
      if (ending) return;
      waiting.push(bytes);
      waitingBytes += bytes.length;
      flush();
      if (waitingBytes > limitBytes) tooSlow();
    },
    drained: flush,
    end: () => {
      ending = true;
      flush();
    },
  };
}
