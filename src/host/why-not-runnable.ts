// SPDX-License-Identifier: Apache-2.0
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from "node:fs";
import { errorName } from "./file-failure.ts";

/** `e_machine` of an ELF header and what such a machine is called; the numbers of the ELF specification. */
const machineNames: Readonly<Record<number, string>> = {
  3: "x86 (32 bit)",
  8: "MIPS",
  21: "PowerPC 64",
  22: "s390x",
  40: "ARM (32 bit)",
  62: "x86-64",
  183: "arm64",
  243: "RISC-V",
  258: "LoongArch",
};

const ownMachine: Readonly<Record<string, string>> = {
  x64: "x86-64",
  arm64: "arm64",
};

/**
 * Why `path` cannot be run, as words that follow "because"; undefined when nothing speaks against it. `deep`
 * looks into the file as well, for when the kernel has refused it already.
 */
export function whyNotRunnable(path: string, look: "outside" | "deep" = "outside"): string | undefined {
  const outside = whyNotFromOutside(path);
  return outside ?? (look === "deep" ? whyNotFromInside(path) : undefined);
}

function whyNotFromOutside(path: string): string | undefined {
  const stat = statOf(path);
  if (typeof stat === "string") return stat;
  if (stat.isDirectory()) return "it is a directory";
  if (!stat.isFile()) return "it is not a regular file";
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return (stat.mode & 0o111) === 0
      ? "it is not executable (chmod +x is missing)"
      : "its folder or its file system (mount option noexec) does not let us run it";
  }
}

function statOf(path: string): Stats | string {
  try {
    // Only a link can be listed and not be there.
    return statSync(path, { throwIfNoEntry: false }) ?? "it is a link to a file that does not exist";
  } catch (error) {
    return `it cannot be looked at (${errorName(error) ?? "unknown failure"})`;
  }
}

/** Length of what the kernel itself looks at; interpreters of real files lie within. */
const headBytes = 4096;

function whyNotFromInside(path: string): string | undefined {
  const head = readHead(path);
  if (head === undefined) return "it cannot be read";
  if (head.length === 0) return "it is empty";
  if (head.subarray(0, 4).equals(Buffer.from("\x7fELF", "latin1"))) return whyNotElf(head);
  if (head.subarray(0, 2).toString("latin1") === "#!") return whyNotScript(head);
  return "it is neither a program for Linux (ELF) nor a script that starts with #!";
}

function readHead(path: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const head = Buffer.alloc(headBytes);
    return head.subarray(0, readSync(descriptor, head, 0, headBytes, 0));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function whyNotScript(head: Buffer): string | undefined {
  const firstLine = head.toString("latin1").split("\n", 1)[0] ?? "";
  const interpreter = firstLine.slice(2).trimStart().split(/[ \t]/, 1)[0] ?? "";
  if (interpreter === "") return "its first line names no interpreter after #!";
  if (interpreter.endsWith("\r")) return "its lines end in \\r\\n, as on Windows";
  return existsSync(interpreter)
    ? undefined
    : `it is a script for ${interpreter}, which this host does not have`;
}

/** Offsets differ between 32 and 64 bit files; only 64 bit ones can name an interpreter here. */
function whyNotElf(head: Buffer): string | undefined {
  const littleEndian = head[5] === 1;
  const u16 = (at: number): number => (littleEndian ? head.readUInt16LE(at) : head.readUInt16BE(at));
  if (head.length < 64) return "it is a program that was cut off";
  const machine = u16(18);
  const own = ownMachine[process.arch] ?? process.arch;
  const built = machineNames[machine] ?? `machine number ${machine}`;
  if (built !== own) return `it is built for ${built}, this machine is ${own}`;
  const loader = elfInterpreter(head);
  return loader === undefined || existsSync(loader)
    ? undefined
    : `it needs the loader ${loader}, which this host does not have (it is built for another C library)`;
}

const programHeaderInterpreter = 3;

function elfInterpreter(head: Buffer): string | undefined {
  const tableStart = Number(head.readBigUInt64LE(32));
  const entrySize = head.readUInt16LE(54);
  const entries = head.readUInt16LE(56);
  for (let index = 0; index < entries; index++) {
    const at = tableStart + index * entrySize;
    if (at + 56 > head.length) return undefined;
    if (head.readUInt32LE(at) !== programHeaderInterpreter) continue;
    const start = Number(head.readBigUInt64LE(at + 8));
    const text = head.toString("latin1", start, start + Number(head.readBigUInt64LE(at + 32)));
    return text.split("\0", 1)[0];
  }
  return undefined;
}
