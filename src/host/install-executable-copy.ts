// SPDX-License-Identifier: Apache-2.0
import { closeSync, fchmodSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";

/** Executables have a hundred megabytes; a container should not need them in memory. */
const chunkBytes = 1 << 20;

/** The SHA-256 of a file, as hexadecimal digits. Throws what the file system throws. */
export function digestOfFile(path: string): string {
  const hash = new Bun.CryptoHasher("sha256");
  readChunks(path, (chunk) => hash.update(chunk));
  return hash.digest("hex");
}

/**
 * Copies a file to a path where nothing is, with `mode`, and waits until it is on disk. Throws what the file
 * system throws; whoever called takes away what is there then.
 */
export function copyDurably(from: string, to: string, mode: number): void {
  const target = openSync(to, "wx", mode);
  try {
    readChunks(from, (chunk) => writeWhole(target, chunk));
    // The umask took from the mode of open what it likes.
    fchmodSync(target, mode);
    fsyncSync(target);
  } finally {
    closeSync(target);
  }
}

function readChunks(path: string, use: (chunk: Uint8Array) => void): void {
  const source = openSync(path, "r");
  const buffer = new Uint8Array(chunkBytes);
  try {
    for (let length = readSync(source, buffer); length > 0; length = readSync(source, buffer)) {
      use(buffer.subarray(0, length));
    }
  } finally {
    closeSync(source);
  }
}

function writeWhole(descriptor: number, chunk: Uint8Array): void {
  for (let done = 0; done < chunk.length; ) done += writeSync(descriptor, chunk, done);
}
