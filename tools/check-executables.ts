// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";

interface Executable {
  readonly file: string;
  readonly machine: "x86-64" | "aarch64";
  /** The dynamic loader: it says which C library the host must have. */
  readonly interpreter: string;
}

const executables: readonly Executable[] = [
  { file: "plures", machine: "x86-64", interpreter: "/lib64/ld-linux-x86-64.so.2" },
  { file: "plures-linux-arm64", machine: "aarch64", interpreter: "/lib/ld-linux-aarch64.so.1" },
  { file: "plures-linux-x64-musl", machine: "x86-64", interpreter: "/lib/ld-musl-x86_64.so.1" },
  { file: "plures-linux-arm64-musl", machine: "aarch64", interpreter: "/lib/ld-musl-aarch64.so.1" },
  { file: "plures-linux-x64-baseline", machine: "x86-64", interpreter: "/lib64/ld-linux-x86-64.so.2" },
  { file: "plures-linux-x64-musl-baseline", machine: "x86-64", interpreter: "/lib/ld-musl-x86_64.so.1" },
];

const machines: Readonly<Record<number, Executable["machine"]>> = { 62: "x86-64", 183: "aarch64" };
const programHeaderOfInterpreter = 3;

/** Machine and interpreter of a 64-bit little-endian ELF file, from its first bytes (elf(5)). */
export function readElf(head: DataView): Pick<Executable, "machine" | "interpreter"> | undefined {
  if (head.byteLength < 64 || head.getUint32(0) !== 0x7f454c46) return undefined;
  const machine = machines[head.getUint16(18, true)];
  const interpreter = readInterpreter(head);
  return machine === undefined || interpreter === undefined ? undefined : { machine, interpreter };
}

function readInterpreter(head: DataView): string | undefined {
  const table = Number(head.getBigUint64(32, true));
  const rows = Array.from(
    { length: head.getUint16(56, true) },
    (_, row) => table + row * head.getUint16(54, true),
  );
  const row = rows.find((offset) => head.getUint32(offset, true) === programHeaderOfInterpreter);
  if (row === undefined) return undefined;
  const start = head.byteOffset + Number(head.getBigUint64(row + 8, true));
  const length = Number(head.getBigUint64(row + 32, true));
  return new TextDecoder().decode(new Uint8Array(head.buffer, start, length - 1));
}

/** What is wrong with the executables in `dir`, a sentence each. */
export function checkExecutables(dir: string): readonly string[] {
  return executables.flatMap(({ file, machine, interpreter }) => {
    const found = readElf(readHead(join(dir, file)));
    if (found?.machine === machine && found.interpreter === interpreter) return [];
    return [
      `${file}: should be ${machine} with ${interpreter}, is ${found?.machine} with ${found?.interpreter}`,
    ];
  });
}

function readHead(path: string): DataView {
  const head = new Uint8Array(4096);
  const file = openSync(path, "r");
  try {
    return new DataView(head.buffer, 0, readSync(file, head));
  } finally {
    closeSync(file);
  }
}

if (import.meta.main) {
  const problems = checkExecutables(process.argv[2] ?? "dist");
  for (const problem of problems) console.error(`error: ${problem}`);
  console.log(`${executables.length} executables checked, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
