// SPDX-License-Identifier: Apache-2.0
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { CannotLook } from "./cannot-look.ts";

/**
 * The bytes of the regular file at `place`, up to a bound; `path` names it in sentences. Never waits: a pipe
 * or a device is refused with a CannotLook, and so is what is larger, unless it may be cut.
 */
export function readRegular(
  place: string,
  path: string,
  { bound, cut }: { bound: number; cut: boolean },
): Buffer {
  const descriptor = openSync(place, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    if (!fstatSync(descriptor).isFile()) throw new CannotLook(`"${path}" is no regular file`);
    const chunks: Buffer[] = [];
    let length = 0;
    // Files of /proc and /sys do not know their size.
    while (length < bound) {
      const chunk = Buffer.alloc(Math.min(bound - length, 64 * 1024));
      const read = readSync(descriptor, chunk);
      if (read === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, read));
      length += read;
    }
    if (!cut) throw new CannotLook(`"${path}" is larger than ${bound} bytes`);
    return Buffer.concat(chunks);
  } finally {
    closeSync(descriptor);
  }
}
