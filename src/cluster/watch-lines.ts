// SPDX-License-Identifier: Apache-2.0
import { isJsonObject, tryParseJsonObject } from "../cni/index.ts";
import { type ApiFailure, classifyRefusal } from "./api-failure.ts";

/** Far above what etcd stores of one object (1.5 MiB): more is no watch. */
const longestLine = 16 * 1024 * 1024;

/** One line of a watch (Kubernetes API concepts, "Efficient detection of changes"). */
export type WatchLine =
  | {
      readonly kind: "set" | "delete";
      readonly object: Readonly<Record<string, unknown>>;
      readonly version: string;
    }
  /** Nothing changed up to this version. */
  | { readonly kind: "bookmark"; readonly version: string }
  /** An ERROR event; the server ends the watch after it. */
  | { readonly kind: "failed"; readonly failure: ApiFailure }
  | { readonly kind: "malformed"; readonly text: string };

/** Reads one line. Never throws; `text` of a malformed one is cut short, for the log. */
export function parseWatchLine(line: string): WatchLine {
  const event = tryParseJsonObject(line);
  const object = event?.object;
  if (event === undefined || !isJsonObject(object)) return malformed(line);
  if (event.type === "ERROR") return { kind: "failed", failure: failureOf(object) };
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  const version = metadata.resourceVersion;
  if (typeof version !== "string" || version === "") return malformed(line);
  switch (event.type) {
    case "ADDED":
    case "MODIFIED":
      return { kind: "set", object, version };
    case "DELETED":
      return { kind: "delete", object, version };
    case "BOOKMARK":
      return { kind: "bookmark", version };
    default:
      return malformed(line);
  }
}

/**
 * Cuts a stream of bytes into lines without their ends. What follows the last line end is dropped: a line
 * that is not whole was cut. Throws a RangeError for a line of more than 16 MiB.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const [first = "", ...further] = decoder.decode(chunk, { stream: true }).split("\n");
    parts.push(first);
    length += first.length;
    if (length > longestLine) throw new RangeError("a line of the watch does not end");
    for (const next of further) {
      const line = parts.join("");
      parts = [next];
      length = next.length;
      if (line.trim() !== "") yield line;
    }
  }
}

function failureOf(status: Readonly<Record<string, unknown>>): ApiFailure {
  const code = typeof status.code === "number" ? status.code : 500;
  return classifyRefusal({ status: code, retryAfter: retryAfterOf(status), text: JSON.stringify(status) });
}

function retryAfterOf({ details }: Readonly<Record<string, unknown>>): string | null {
  const seconds = isJsonObject(details) ? details.retryAfterSeconds : undefined;
  return typeof seconds === "number" ? String(seconds) : null;
}

function malformed(line: string): WatchLine {
  return { kind: "malformed", text: line.slice(0, 100) };
}
