// SPDX-License-Identifier: Apache-2.0
import { checkBoundaries } from "./check-boundaries.ts";
import { checkComments } from "./check-comments.ts";
import { checkConfigKeys } from "./check-config-keys.ts";
import { checkDocLinks } from "./check-doc-links.ts";
import { checkFileSizes } from "./check-file-sizes.ts";
import { checkLeftovers } from "./check-leftovers.ts";
import { checkLicenseLine } from "./check-license-line.ts";
import { checkNames } from "./check-names.ts";
import { checkParity } from "./check-parity.ts";
import { checkStartPath } from "./check-start-path.ts";
import { type RepoCheck, readRepo } from "./repo.ts";

/** Every check of the repository as a whole. */
export const repoChecks: readonly RepoCheck[] = [
  checkBoundaries,
  checkComments,
  checkConfigKeys,
  checkDocLinks,
  checkFileSizes,
  checkLeftovers,
  checkLicenseLine,
  checkNames,
  checkParity,
  checkStartPath,
];

if (import.meta.main) {
  const files = readRepo();
  const problems = repoChecks.flatMap((check) => check(files));
  for (const { path, line, message, level } of problems) {
    console.error(`${level ?? "error"}: ${path}${line === undefined ? "" : `:${line}`}: ${message}`);
  }
  const failures = problems.filter(({ level }) => level !== "warning");
  console.log(`${files.length} files checked, ${failures.length} problems`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
