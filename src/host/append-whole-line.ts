// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from "node:fs";

/**
 * Adds a line, its end included, to a file that is there, whole or not at all; what a crash left of the line
 * before is taken away. Throws what the file system throws.
 */
export function appendWholeLine(path: string, line: string): void {
  // Without O_CREAT: a line of its own means nothing.
  const descriptor = openSync(path, constants.O_RDWR | constants.O_APPEND);
  try {
    writeWhole(descriptor, line, cutTornLine(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Takes away what a crash left of a line, or the next one would be glued to it; gives the length of the rest.
 */
function cutTornLine(descriptor: number): number {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  if (size === 0 || (readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] === 0x0a)) return size;
  const end = readFileSync(descriptor).lastIndexOf(0x0a) + 1;
  ftruncateSync(descriptor, end);
  return end;
}

function writeWhole(descriptor: number, line: string, end: number): void {
  const bytes = Buffer.from(line);
  try {
    // A full disk takes what fits first, and says so at the next write.
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    ftruncateSync(descriptor, end);
    throw error;
  }
}
