// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from "node:fs";
import { folderOf } from "./path-parts.ts";

/**
 * Makes a folder that only root can enter, and the folders above it as everybody's: they belong to CNI, not
 * to us. Gives the first folder that was made, undefined when all were there. Throws what the file system
 * refuses.
 */
export function makePrivateFolder(dir: string): string | undefined {
  const above = mkdirSync(folderOf(dir), { recursive: true, mode: 0o755 });
  const own = mkdirSync(dir, { recursive: true, mode: 0o700 });
  return above ?? own;
}
