// SPDX-License-Identifier: Apache-2.0
import { findOwnType } from "../attachments/index.ts";
import { tryParseJsonObject } from "../cni/index.ts";

/** The names that the node's Multus configuration may have, ours and upstream's, in the runtime's order. */
export const ownFileNames = ["00-multus.conf", "00-multus.conflist"] as const;

/** One of them. */
export type OwnFileName = (typeof ownFileNames)[number];

/** Whether a bare file name is one of ours. */
export function isOwnFileName(name: string): name is OwnFileName {
  return ownFileNames.some((own) => own === name);
}

/** Whether a text is a configuration that names the Multus plugin, at any depth; its name says nothing. */
export function namesMultus(text: string): boolean {
  return findOwnType(tryParseJsonObject(text)) !== undefined;
}

/** Whether a runtime sorts `a` before `b`: Go compares the bytes of UTF-8. */
export function sortsBefore(a: string, b: string): boolean {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (const [index, character] of left.entries()) {
    const other = right[index];
    if (other === undefined) return false;
    // Code points are in the order of their UTF-8 bytes.
    const difference = (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return left.length < right.length;
}

/** The last part of a path. */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
