// SPDX-License-Identifier: Apache-2.0
import { openLibc } from "./libc.ts";

const closeOnExec = 0o2000000;
const nonBlocking = 0o4000;
const setStatusFlags = 4;

/** A pipe for one output of a child. */
export interface OutputPipe {
  /** Becomes the child's descriptor; close it here once the child has it. */
  readonly writer: number;
  readonly closeWriter: () => void;
  readonly stream: () => ReadableStream<Uint8Array>;
  readonly closeReader: () => void;
}

/**
 * Makes a pipe, or undefined where the C library cannot be called.
 *
 * What `Bun.spawn` calls "pipe" is a socket pair, and a plugin that is a shell script cannot open
 * `/dev/stderr` over a socket (ENXIO): real plugins do, and under other runtimes they get a pipe.
 */
export function createOutputPipe(): OutputPipe | undefined {
  try {
    const { calls } = openLibc();
    const ends = new Int32Array(2);
    if (calls.pipe2(ends, closeOnExec) === -1) return undefined;
    const [reader = -1, writer = -1] = ends;
    // Only our end: the child must still block when it writes faster than we read.
    calls.fcntl(reader, setStatusFlags, nonBlocking);
    return {
      writer,
      closeWriter: () => void calls.close(writer),
      stream: () => Bun.file(reader).stream(),
      closeReader: () => void calls.close(reader),
    };
  } catch {
    return undefined;
  }
}

/** Of a stream's reader, what is used here: the types of Bun and of the web differ in the rest. */
interface OutputReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** What has been read so far of several outputs, which share one bound. */
export interface BoundedOutput {
  /** Reads `stream` to its end; `text()` tells what came. */
  collect(stream: ReadableStream<Uint8Array>): { readonly ended: Promise<void>; readonly text: () => string };
  /** Stops all reading; nothing touches the streams any more when it resolves. */
  stop(): Promise<void>;
}

/** Reads outputs up to `limitBytes` together; calls `tooMuch` once when there is more, and drops that. */
export function createBoundedOutput(limitBytes: number, tooMuch: () => void): BoundedOutput {
  let left = limitBytes;
  let stopped = false;
  const readers: OutputReader[] = [];
  const stop = async (): Promise<void> => {
    stopped = true;
    // A reader that failed has nothing to cancel.
    await Promise.allSettled(readers.map((reader) => reader.cancel()));
  };
  const drain = async (reader: OutputReader, chunks: Uint8Array[]): Promise<void> => {
    while (!stopped) {
      const { done, value } = await reader.read();
      if (done || value === undefined) return;
      chunks.push(value.subarray(0, left));
      const isTooMuch = value.byteLength > left;
      left -= Math.min(left, value.byteLength);
      if (!isTooMuch) continue;
      tooMuch();
      return await stop();
    }
  };
  return {
    collect: (stream) => {
      const chunks: Uint8Array[] = [];
      const reader = stream.getReader();
      readers.push(reader);
      // A failing read is the end of the output: what matters is how the plugin ended.
      const ended = drain(reader, chunks).catch(() => {});
      return { ended, text: () => Buffer.concat(chunks).toString("utf8") };
    },
    stop,
  };
}
