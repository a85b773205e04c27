// SPDX-License-Identifier: Apache-2.0
import { namesMultus } from "./own-files.ts";
import type { RenderedConfig } from "./render-multus-config.ts";

/**
 * What is to be done at the place of our file. `keep`: it is right. `write`: it is the first, or the primary
 * changed. `take-over`: something else is there, of which a copy is kept. `put-back`: we left it other than
 * it is.
 */
export type PlaceVerdict = "keep" | "write" | "take-over" | "put-back";

/** Judges the place of our file; `found` is the text that is there, undefined when there is none. */
export function judgePlace(place: {
  readonly found: string | undefined;
  readonly wanted: RenderedConfig;
  /** What this run wrote last. */
  readonly written: RenderedConfig | undefined;
  readonly isOurs: (text: string) => boolean;
}): PlaceVerdict {
  const { found, wanted, written, isOurs } = place;
  if (found === wanted.text) return "keep";
  if (written?.fileName === wanted.fileName && found !== written.text) return "put-back";
  return found === undefined || isOurs(found) ? "write" : "take-over";
}

/**
 * What is to be done with a file that has the other of the two names: the runtime might take it instead of
 * ours. What is neither ours nor Multus' stays.
 */
export function judgeOtherName(
  text: string,
  isOurs: (text: string) => boolean,
): "leave" | "remove" | "copy-and-remove" {
  if (isOurs(text) || text.trim() === "") return "remove";
  return namesMultus(text) ? "copy-and-remove" : "leave";
}
