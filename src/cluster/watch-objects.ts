// SPDX-License-Identifier: Apache-2.0
import type { ApiFailure } from "./api-failure.ts";
import type { Transport } from "./transport.ts";
import { classifyRejection } from "./transport-failure.ts";
import { parseWatchLine, splitLines, type WatchLine } from "./watch-lines.ts";
import type { WatchPace } from "./watch-pace.ts";

/** The server begins to answer a watch at once. */
const longestBeginMs = 30_000;

/** One watch, from its request to its end. */
export interface WatchSession {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The version from which changes are told. */
  readonly from: string;
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly pace: Pick<WatchPace, "silenceMs" | "watchMs">;
  /** The server has begun to answer. */
  onBegin(): void;
  /** Some bytes came, whatever they are. */
  onHeard(): void;
  onLine(line: Exclude<WatchLine, { kind: "failed" | "malformed" }>): void;
}

/**
 * Watches until the server ends it (undefined), or until it fails: an ERROR event, a line that is none, a
 * broken connection, silence. Never rejects.
 */
export async function watchObjects(session: WatchSession): Promise<ApiFailure | undefined> {
  const { pace, transport, path } = session;
  const silence = createSilence(pace.silenceMs);
  const signal = AbortSignal.any([session.signal, silence.signal]);
  const seconds = Math.ceil((pace.watchMs * (1 + Math.random() / 2)) / 1000);
  const place = { watch: "true", allowWatchBookmarks: "true", resourceVersion: session.from };
  const query = new URLSearchParams({ ...session.query, ...place, timeoutSeconds: String(seconds) });
  const hear = (): void => {
    silence.interrupt();
    session.onHeard();
  };
  try {
    const request = { method: "GET", path: `${path}?${query}` } as const;
    const stream = await transport.stream(request, { signal, deadline: () => pace.silenceMs });
    if (!stream.ok) return stream.failure;
    hear();
    session.onBegin();
    for await (const text of splitLines(heard(stream.chunks, hear))) {
      const line = parseWatchLine(text);
      if (line.kind === "failed") return line.failure;
      if (line.kind === "malformed") return malformed(`a line of the watch is malformed: ${line.text}`);
      session.onLine(line);
    }
    return undefined;
  } catch (error) {
    return error instanceof RangeError ? malformed(error.message) : classifyRejection(error);
  } finally {
    silence.stop();
  }
}

function malformed(message: string): ApiFailure {
  return { kind: "unexpected", status: 200, message };
}

async function* heard(chunks: AsyncIterable<Uint8Array>, tell: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    tell();
    yield chunk;
  }
}

/** A signal that comes after a time without interruption; the first one is to come sooner. */
function createSilence(ms: number): { readonly signal: AbortSignal; interrupt(): void; stop(): void } {
  const controller = new AbortController();
  const dead = (): void => controller.abort(new DOMException("nothing is heard any more", "TimeoutError"));
  let timer = setTimeout(dead, Math.min(ms, longestBeginMs));
  return {
    signal: controller.signal,
    interrupt() {
      clearTimeout(timer);
      timer = setTimeout(dead, ms);
    },
    stop: () => clearTimeout(timer),
  };
}
