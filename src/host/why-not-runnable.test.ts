// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createPluginRunner } from "./run-plugin.ts";
import { whyNotRunnable } from "./why-not-runnable.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(`${tmpdir()}/plures-why-`);
});
afterAll(() => rmSync(dir, { recursive: true }));

/** A program of this machine, for the 64 bytes of its header and more. */
const program = readFileSync("/bin/sh");
const otherMachine = process.arch === "x64" ? { number: 183, name: "arm64" } : { number: 62, name: "x86-64" };

function changed(change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(program);
  change(copy);
  return copy;
}

const rows: readonly [what: string, content: string | Buffer, reason: string][] = [
  [
    "another processor",
    changed((copy) => copy.writeUInt16LE(otherMachine.number, 18)),
    `built for ${otherMachine.name}, this machine is`,
  ],
  ["an unknown processor", changed((copy) => copy.writeUInt16LE(4711, 18)), "machine number 4711"],
  [
    "another C library",
    changed((copy) => copy.write("/lib/no-ld", copy.indexOf("/lib"))),
    "needs the loader /lib/no-ld",
  ],
  ["a program cut short", program.subarray(0, 40), "cut off"],
  ["an interpreter that is not here", "#!/no/such/python -u\n", "a script for /no/such/python"],
  ["line ends of Windows", "#!/bin/sh\r\necho\r\n", "as on Windows"],
  ["no interpreter at all", "#!\n", "names no interpreter"],
  ["a script without #!", "echo hello\n", "neither a program"],
  ["an empty file", "", "empty"],
];

test.each(rows)("%s", async (what, content, reason) => {
  const plugin = what.replaceAll(/\W/g, "-");
  writeFileSync(`${dir}/${plugin}`, content, { mode: 0o755 });
  expect(whyNotRunnable(`${dir}/${plugin}`)).toBeUndefined();
  const runner = createPluginRunner({ deadline: () => 5000 });
  const ending = await runner.run({ verb: "ADD", plugin, searchDirs: [dir], environment: {}, stdin: "" });
  expect(ending).toEqual({
    kind: "not-runnable",
    path: `${dir}/${plugin}`,
    reason: expect.stringContaining(reason),
  });
});

test("nothing speaks against a real program", () => {
  expect(whyNotRunnable("/bin/sh", "deep")).toBeUndefined();
});
