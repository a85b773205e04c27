// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSeeds } from "./write-seeds.ts";

const rounds = 500;

test("no mutation of what agents say crashes the shim or starts what was not asked for", () => {
  const dir = mkdtempSync(join(tmpdir(), "plures-fuzz-"));
  try {
    const fuzzer = join(dir, "fuzzer");
    const build = Bun.spawnSync([join(import.meta.dir, "../../tools/build-shim.sh"), "mutator", fuzzer]);
    expect(build.stderr.toString()).toBe("");
    const seeds = writeSeeds(join(dir, "seeds"));
    const { exitCode, stdout, stderr } = Bun.spawnSync([fuzzer, String(rounds), ...seeds]);
    expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.toString()).toBe(`${seeds.length} files, ${rounds} rounds each\n`);
  } finally {
    rmSync(dir, { recursive: true });
  }
}, 60_000);
