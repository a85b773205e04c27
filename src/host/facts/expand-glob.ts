// SPDX-License-Identifier: Apache-2.0
import type { Machine } from "./machine.ts";

/** The files of the machine that a pattern with `*` and `?` names, in the order of their bytes, as in Go. */
export function expandGlob(machine: Machine, pattern: string): readonly string[] {
  const parts = pattern.split("/").filter((part) => part !== "");
  let found: readonly string[] = [""];
  for (const part of parts) {
    found = found.flatMap((folder) => childrenOf(machine, folder, part));
  }
  return found.filter((path) => machine.look(path) !== undefined);
}

function childrenOf(machine: Machine, folder: string, part: string): readonly string[] {
  if (!/[*?]/.test(part)) return [`${folder}/${part}`];
  const names = machine.list(folder === "" ? "/" : folder) ?? [];
  const quoted = part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = new RegExp(`^${quoted.replaceAll("*", ".*").replaceAll("?", ".")}$`);
  return names.filter((name) => expression.test(name)).map((name) => `${folder}/${name}`);
}
