// SPDX-License-Identifier: Apache-2.0

/** What a frame could not be read for: the connection cannot go on. */
export class ProtocolError extends Error {}

/** Puts fields one after another: numbers in little endian, bytes and texts behind their length. */
export interface FieldWriter {
  byte(value: number): FieldWriter;
  number(value: number): FieldWriter;
  bytes(value: Uint8Array): FieldWriter;
  text(value: string): FieldWriter;
  /** Texts that cannot hold a zero byte, each ended by one, as one field. */
  texts(values: readonly string[]): FieldWriter;
  finish(): Uint8Array;
}

/** A writer of the fields of one frame. */
export function writeFields(): FieldWriter {
  const parts: Uint8Array[] = [];
  const encoder = new TextEncoder();
  const writer: FieldWriter = {
    byte: (value) => put(Uint8Array.of(value)),
    number: (value) => put(uint32(value)),
    bytes: (value) => put(uint32(value.length), value),
    text: (value) => writer.bytes(encoder.encode(value)),
    texts: (values) => writer.text(values.map(withoutZero).join("")),
    finish: () => joinBytes(parts),
  };
  const put = (...added: readonly Uint8Array[]): FieldWriter => {
    parts.push(...added);
    return writer;
  };
  return writer;
}

/** Takes fields in the order in which they were put. All methods throw a ProtocolError at an end too soon. */
export interface FieldReader {
  byte(): number;
  number(): number;
  bytes(): Uint8Array;
  /** Bytes that are no UTF-8 become U+FFFD, as a plugin's output is read elsewhere. */
  text(): string;
  texts(): readonly string[];
  /** Throws when fields are left. */
  end(): void;
}

/** A reader of the fields in `frame`. */
export function readFields(frame: Uint8Array): FieldReader {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const decoder = new TextDecoder();
  let at = 0;
  const advance = (length: number): number => {
    if (length > frame.length - at) {
      throw new ProtocolError(`a field of ${length} bytes at ${at} of a frame of ${frame.length}`);
    }
    at += length;
    return at - length;
  };
  const reader: FieldReader = {
    byte: () => view.getUint8(advance(1)),
    number: () => view.getUint32(advance(4), true),
    bytes: () => {
      const length = reader.number();
      const start = advance(length);
      return frame.subarray(start, start + length);
    },
    text: () => decoder.decode(reader.bytes()),
    texts: () => splitTexts(reader.text()),
    end: () => {
      if (at !== frame.length) throw new ProtocolError(`${frame.length - at} bytes behind the last field`);
    },
  };
  return reader;
}

function withoutZero(text: string): string {
  if (text.includes("\0")) throw new ProtocolError("a text of a list has a zero byte");
  return `${text}\0`;
}

function splitTexts(joined: string): readonly string[] {
  if (joined === "") return [];
  if (!joined.endsWith("\0")) throw new ProtocolError("a list of texts does not end with a zero byte");
  return joined.slice(0, -1).split("\0");
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** `parts` one after another. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
