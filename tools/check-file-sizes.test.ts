// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { checkFileSizes } from "./check-file-sizes.ts";

const rows = [
  { path: "src/cni/a.ts", lines: 150, outcome: "fine" },
  { path: "src/cni/a.ts", lines: 151, outcome: "warning" },
  { path: "src/cni/a.ts", lines: 301, outcome: "failure" },
  { path: "src/cni/a.test.ts", lines: 400, outcome: "fine" },
  { path: "src/cni/a.test.ts", lines: 401, outcome: "failure" },
  { path: "src/cni/fixtures/a.ts", lines: 1000, outcome: "fine" },
  { path: "tools/check.ts", lines: 101, outcome: "warning" },
  { path: "ARCHITECTURE.md", lines: 201, outcome: "failure" },
  { path: "docs/decisions/0001-bun.md", lines: 61, outcome: "failure" },
  { path: "docs/guide.md", lines: 500, outcome: "fine" },
] as const;

for (const { path, lines, outcome } of rows) {
  test(`${path} of ${lines} lines: ${outcome}`, () => {
    const [problem] = checkFileSizes([{ path, text: "x\n".repeat(lines) }]);
    expect(problem === undefined ? "fine" : (problem.level ?? "failure")).toBe(outcome);
  });
}
