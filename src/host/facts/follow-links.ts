// SPDX-License-Identifier: Apache-2.0
import { CannotLook, sayErrno } from "./cannot-look.ts";

/** What is at a path, its last part not followed. */
export type LinkState = "link" | "there" | "absent";

const mostLinks = 40;

/** The machine's path without links; undefined when there is nothing. `..` at the root stays at the root. */
export function followLinks(
  path: string,
  stateOf: (path: string) => LinkState,
  targetOf: (path: string) => string,
): string | undefined {
  let waiting = path.split("/");
  let at: readonly string[] = [];
  let links = 0;
  while (waiting.length > 0) {
    const [part = "", ...rest] = waiting;
    waiting = rest;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      at = at.slice(0, -1);
      continue;
    }
    const next = `/${[...at, part].join("/")}`;
    const state = stateOf(next);
    if (state === "absent") return undefined;
    if (state === "there") {
      at = [...at, part];
      continue;
    }
    links += 1;
    if (links > mostLinks) throw new CannotLook(`"${path}" cannot be looked at: ${sayErrno("ELOOP")}`);
    const target = targetOf(next);
    if (target.startsWith("/")) at = [];
    waiting = [...target.split("/"), ...waiting];
  }
  return `/${at.join("/")}`;
}
