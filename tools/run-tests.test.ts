// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countTests } from "./run-tests.ts";

const rows = [
  {
    report: '<testsuites name="bun test" tests="5" assertions="9" failures="1" skipped="0">',
    passed: 4,
    failed: 1,
  },
  {
    report: '<testsuites name="bun test" tests="5" assertions="9" failures="0" skipped="2">',
    passed: 3,
    failed: 2,
  },
  {
    report: '<testsuites name="bun test" tests="0" assertions="0" failures="0" skipped="0">',
    passed: 0,
    failed: 1,
  },
  { report: "no report", passed: 0, failed: 1 },
  { report: undefined, passed: 0, failed: 1 },
];

for (const { report, ...counts } of rows) {
  test(`${report} counts ${JSON.stringify(counts)}`, () => {
    expect(countTests(report)).toEqual(counts);
  });
}

test("the last line adds up every folder, and a failure is an exit code", () => {
  const dir = mkdtempSync(join(tmpdir(), "plures-run-tests-"));
  try {
    for (const [folder, outcome] of Object.entries({ good: "true", bad: "false" })) {
      mkdirSync(join(dir, folder));
      const body = `import { expect, test } from "bun:test"; test("x", () => expect(${outcome}).toBe(true));`;
      writeFileSync(join(dir, folder, "a.test.ts"), body);
    }
    const run = (...folders: readonly string[]) =>
      Bun.spawnSync([process.execPath, join(import.meta.dir, "run-tests.ts"), ...folders], { cwd: dir });
    expect(lastLine(run("good").stdout)).toBe("1 passed, 0 failed");
    expect(run("good").exitCode).toBe(0);
    expect(lastLine(run("good", "bad").stdout)).toBe("1 passed, 1 failed");
    expect(run("good", "bad").exitCode).toBe(1);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

function lastLine(output: Buffer): string | undefined {
  return output.toString().trim().split("\n").at(-1);
}
