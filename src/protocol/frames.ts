// SPDX-License-Identifier: Apache-2.0
import { joinBytes, ProtocolError } from "./fields.ts";
import { limits } from "./limits.ts";

const lengthBytes = 4;

/** One frame: its length, its type and its fields. Throws a ProtocolError for one that is too long. */
export function encodeFrame(type: number, fields: Uint8Array): Uint8Array {
  const length = fields.length + 1;
  if (length > limits.frameBytes) throw new ProtocolError(tooLong(length));
  const frame = new Uint8Array(lengthBytes + length);
  new DataView(frame.buffer).setUint32(0, length, true);
  frame[lengthBytes] = type;
  frame.set(fields, lengthBytes + 1);
  return frame;
}

/** One frame as it came. */
export interface Frame {
  readonly type: number;
  readonly fields: Uint8Array;
}

/**
 * Cuts a stream into frames: gives those that are whole with each piece, and keeps the rest. It throws a
 * ProtocolError for a length that cannot be, before it keeps any of that frame.
 */
export function createFrameCutter(): (piece: Uint8Array) => readonly Frame[] {
  let pieces: Uint8Array[] = [];
  let kept = 0;
  return (piece) => {
    pieces.push(piece);
    kept += piece.length;
    const missing = bytesMissing(pieces, kept);
    if (missing > 0) return [];
    const { frames, rest } = cut(joinBytes(pieces));
    pieces = rest.length === 0 ? [] : [rest];
    kept = rest.length;
    return frames;
  };
}

/** A long frame comes in many pieces: they are joined once, when it is whole. */
function bytesMissing(pieces: readonly Uint8Array[], kept: number): number {
  if (kept < lengthBytes) return lengthBytes - kept;
  const [first] = pieces;
  if (first === undefined || first.length < lengthBytes) return 0;
  return lengthBytes + lengthOf(first, 0) - kept;
}

function cut(bytes: Uint8Array): { readonly frames: readonly Frame[]; readonly rest: Uint8Array } {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= lengthBytes) {
    const start = at + lengthBytes;
    const end = start + lengthOf(bytes, at);
    if (end > bytes.length) break;
    frames.push({ type: bytes[start] ?? 0, fields: bytes.subarray(start + 1, end) });
    at = end;
  }
  return { frames, rest: bytes.slice(at) };
}

function lengthOf(bytes: Uint8Array, at: number): number {
  // No DataView: to make one for four bytes takes longer than to read them.
  const byte = (index: number): number => bytes[at + index] ?? 0;
  const length = ((byte(3) << 24) | (byte(2) << 16) | (byte(1) << 8) | byte(0)) >>> 0;
  if (length === 0) throw new ProtocolError("a frame without a type");
  if (length > limits.frameBytes) throw new ProtocolError(tooLong(length));
  return length;
}

function tooLong(length: number): string {
  return `a frame of ${length} bytes, allowed are ${limits.frameBytes}`;
}
