// SPDX-License-Identifier: Apache-2.0
import type { PluginFact } from "../../diagnosis/index.ts";

/** What the first bytes of a program say. */
export type ProgramHead = Pick<PluginFact, "format" | "architecture" | "interpreter">;

/** Interpreters of real files lie within. */
export const headLength = 4096;

/** `e_machine` of an ELF header, in the words of Go. */
const machines: Readonly<Record<number, string>> = {
  3: "386",
  21: "ppc64le",
  22: "s390x",
  40: "arm",
  62: "amd64",
  183: "arm64",
  243: "riscv64",
  258: "loong64",
};

/** Says what a program is by its first bytes: an ELF file, a script, or neither. Never throws. */
export function lookIntoProgram(head: Buffer): ProgramHead {
  if (head.length === 0) return { format: "empty" };
  if (head.subarray(0, 4).equals(Buffer.from("\x7fELF", "latin1"))) return lookIntoElf(head);
  if (head.subarray(0, 2).toString("latin1") !== "#!") return { format: "other" };
  const line = head.toString("latin1").split("\n", 1)[0] ?? "";
  const interpreter = line.slice(2).trimStart().split(/[ \t]/, 1)[0];
  return { format: "script", interpreter: interpreter === "" ? undefined : interpreter };
}

function lookIntoElf(head: Buffer): ProgramHead {
  if (head.length < 64) return { format: "elf" };
  const isLittle = head[5] === 1;
  const number = isLittle ? head.readUInt16LE(18) : head.readUInt16BE(18);
  const architecture = machines[number] ?? `machine ${number}`;
  const is64 = head[4] === 2;
  return { format: "elf", architecture, interpreter: is64 && isLittle ? elfLoader(head) : undefined };
}

const interpreterHeader = 3;
const headerSize = 56;

/** The loader that a dynamically linked file asks for: PT_INTERP of the ELF specification. */
function elfLoader(head: Buffer): string | undefined {
  const table = Number(head.readBigUInt64LE(32));
  const size = head.readUInt16LE(54);
  for (let index = 0; index < head.readUInt16LE(56); index++) {
    const at = table + index * size;
    if (at + headerSize > head.length) return undefined;
    if (head.readUInt32LE(at) !== interpreterHeader) continue;
    const start = Number(head.readBigUInt64LE(at + 8));
    const text = head.toString("latin1", start, start + Number(head.readBigUInt64LE(at + 32)));
    return text.split("\0", 1)[0];
  }
  return undefined;
}
