// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** Every process that sees the files of a node as the process `keeper` does, which is left out. */
export function processesBeside(keeper: number): readonly number[] {
  const view = mountNamespace(keeper);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== keeper && view !== undefined && mountNamespace(pid) === view);
}

/** undefined for a process that has ended. */
function mountNamespace(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return undefined;
  }
}

/** Its number and its words, without folders. */
export function commandLine(pid: number): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return `${pid} ${words.map((word) => basename(word)).join(" ")}`.trim();
  } catch {
    return `${pid} (ended)`;
  }
}
