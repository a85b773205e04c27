// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkExecutables, readElf } from "./check-executables.ts";

test("a program of this machine is read as the kernel reads it", () => {
  const bytes = readFileSync(process.execPath).subarray(0, 4096);
  const elf = readElf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  expect(elf?.machine).toBe(process.arch === "arm64" ? "aarch64" : "x86-64");
  expect(elf?.interpreter).toMatch(/^\/lib(64)?\/ld-.*\.so\.[12]$/);
});

test("what is no ELF file is nothing", () => {
  expect(readElf(new DataView(new ArrayBuffer(10)))).toBeUndefined();
  expect(readElf(new DataView(new ArrayBuffer(4096)))).toBeUndefined();
});

test("an executable for another machine or C library is named", () => {
  const dir = mkdtempSync(join(tmpdir(), "plures-executables-"));
  try {
    const names = [
      "linux-arm64",
      "linux-x64-musl",
      "linux-arm64-musl",
      "linux-x64-baseline",
      "linux-x64-musl-baseline",
    ];
    for (const name of ["plures", ...names.map((target) => `plures-${target}`)])
      cpSync("/bin/true", join(dir, name));
    const problems = checkExecutables(dir);
    const own = process.arch === "arm64" ? 1 : 2;
    expect(problems).toHaveLength(6 - own);
    expect(problems.join("\n")).toContain(
      "plures-linux-x64-musl: should be x86-64 with /lib/ld-musl-x86_64.so.1",
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});
