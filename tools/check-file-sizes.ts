// SPDX-License-Identifier: Apache-2.0
import { isFixture, type Problem, type RepoCheck } from "./repo.ts";

interface Budget {
  readonly files: RegExp;
  readonly warn: number;
  readonly fail: number;
}

/** The first row that matches counts. */
const budgets: readonly Budget[] = [
  { files: /\.test\.ts$/, warn: 400, fail: 400 },
  { files: /^tools\/.*\.ts$/, warn: 100, fail: 120 },
  { files: /\.(ts|c|sh)$/, warn: 150, fail: 300 },
  { files: /^ARCHITECTURE\.md$/, warn: 200, fail: 200 },
  { files: /^docs\/decisions\//, warn: 60, fail: 60 },
];

/** Files stay short enough to be read at once. */
export const checkFileSizes: RepoCheck = (files) =>
  files.flatMap(({ path, text }): readonly Problem[] => {
    const budget = isFixture(path) ? undefined : budgets.find((row) => row.files.test(path));
    const lines = text.replace(/\n$/, "").split("\n").length;
    if (budget === undefined || lines <= budget.warn) return [];
    if (lines > budget.fail)
      return [{ path, message: `has ${lines} lines, at most ${budget.fail} are allowed` }];
    return [{ path, level: "warning", message: `has ${lines} lines, aim at ${budget.warn}` }];
  });
