// SPDX-License-Identifier: Apache-2.0
import { CannotLook } from "./cannot-look.ts";
import type { Machine } from "./machine.ts";

/** A running process, with its arguments as they are: they may hold secrets and are no fact yet. */
export interface Process {
  readonly pid: number;
  /** Last part of the program's name. */
  readonly name: string;
  /** Without the program. */
  readonly arguments: readonly string[];
}

/**
 * All processes of the machine that have a command line. Throws a CannotLook when /proc has none, as in most
 * recordings, and when those of others are hidden from us (mount option hidepid): some are not all.
 */
export function readProcesses(machine: Machine): readonly Process[] {
  const pids = (machine.list("/proc") ?? []).filter((name) => /^\d+$/.test(name));
  if (machine.live && pids.length > 0 && machine.readText("/proc/1/cmdline") === undefined) {
    throw new CannotLook("processes of others are hidden in /proc; run as root");
  }
  const processes = pids.flatMap((pid) => readProcess(machine, Number(pid)));
  if (processes.length === 0) throw new CannotLook("there are no processes in /proc");
  return processes.sort((a, b) => a.pid - b.pid);
}

function readProcess(machine: Machine, pid: number): readonly Process[] {
  const text = readQuietly(machine, `/proc/${pid}/cmdline`);
  const [program = "", ...words] = text.replace(/\0+$/, "").split("\0");
  // Kernel threads have none.
  if (program === "") return [];
  // Some write their whole command line as one word.
  const [first = "", ...glued] = words.length === 0 ? program.split(" ") : [program];
  return [{ pid, name: first.slice(first.lastIndexOf("/") + 1), arguments: [...glued, ...words] }];
}

function readQuietly(machine: Machine, path: string): string {
  try {
    return machine.readText(path) ?? "";
  } catch {
    // It may have ended in this moment (ESRCH).
    return "";
  }
}

/** The value of an option, as `--name value`, `--name=value` or `-n value`; the last wins. */
export function optionOf(words: readonly string[], names: readonly string[]): string | undefined {
  let value: string | undefined;
  for (const [index, word] of words.entries()) {
    const [name = "", ...rest] = word.split("=");
    if (names.includes(name)) value = rest.length > 0 ? rest.join("=") : words[index + 1];
  }
  return value;
}

const secretName = /token|password|passwd|secret|credential|datastore-endpoint|encryption|-key$/i;

/** Arguments that may be told: the values of options that name secrets are left out. */
export function withoutSecrets(words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    const [name = "", ...value] = word.split("=");
    if (name.startsWith("-") && secretName.test(name)) return value.length === 0 ? name : `${name}=...`;
    const before = words[index - 1] ?? "";
    const isValue = before.startsWith("-") && !before.includes("=") && secretName.test(before);
    return isValue && !word.startsWith("-") ? "..." : word;
  });
}
