// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repoChecks } from "./check-repo.ts";
import { codeOnly } from "./repo.ts";

test("every check beside this one is run", () => {
  const modules = readdirSync(import.meta.dir).filter((name) => /^check-.*\.ts$/.test(name));
  const checks = modules.filter((name) => !/\.test\.ts$|^check-(repo|executables)\.ts$/.test(name));
  expect(repoChecks).toHaveLength(checks.length);
});

test("a repository with a problem fails, tracked or not, ignored files aside", () => {
  const dir = mkdtempSync(join(tmpdir(), "plures-check-"));
  try {
    Bun.spawnSync(["git", "init", "-q", dir]);
    writeFileSync(join(dir, "utils.ts"), "export const x = 1;\n");
    writeFileSync(join(dir, "ignored.ts"), "");
    writeFileSync(join(dir, ".gitignore"), "ignored.ts\n");
    const program = join(import.meta.dir, "check-repo.ts");
    const { exitCode, stderr } = Bun.spawnSync([process.execPath, program], { cwd: dir });
    expect(exitCode).toBe(1);
    expect(stderr.toString()).toContain('error: utils.ts: name it by what it decides, not "utils"');
    expect(stderr.toString()).not.toContain("ignored.ts");
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("comments and strings are no code", () => {
  const code = "const a = \"Bun\"; // Bun\n/* Bun\n */ f(`Bun`, 'Bun');";
  expect(codeOnly(code)).not.toContain("Bun");
  expect(codeOnly(code).split("\n")).toHaveLength(3);
});
