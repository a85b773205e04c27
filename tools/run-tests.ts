// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/**
 * On two busy cores a real plugin, a real containerd or a property test takes longer than Bun's five seconds.
 */
const timeoutMs = 20_000;

/**
 * What a JUnit report of `bun test` counts. A report that is missing or unreadable is one failure; a skipped
 * test is one too, for nobody reads about it.
 */
export function countTests(report: string | undefined): Counts {
  const head = report?.match(/<testsuites [^>]*>/)?.[0];
  const [total, failures, skipped] = ["tests", "failures", "skipped"].map((name) =>
    Number(head?.match(new RegExp(` ${name}="(\\d+)"`))?.[1] ?? Number.NaN),
  );
  if (!total || failures === undefined || skipped === undefined) return { passed: 0, failed: 1 };
  return { passed: total - failures - skipped, failed: failures + skipped };
}

/** Runs the tests below each of `folders`, one after another, and adds up. */
function runTests(folders: readonly string[]): Counts {
  const dir = mkdtempSync(join(tmpdir(), "plures-tests-"));
  try {
    return folders.map((folder) => runFolder(folder, join(dir, `${folder}.xml`))).reduce(add);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function runFolder(folder: string, reportFile: string): Counts {
  const reporter = ["--reporter=junit", `--reporter-outfile=${reportFile}`];
  const test = [process.execPath, "test", `--timeout=${timeoutMs}`, ...reporter, `./${folder}/`];
  const { exitCode } = Bun.spawnSync(test, {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const counts = countTests(tryRead(reportFile));
  // A test run can fail beside its tests, by an unhandled error for one.
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function add(one: Counts, other: Counts): Counts {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed };
}

if (import.meta.main) {
  const { passed, failed } = runTests(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
