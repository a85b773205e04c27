// SPDX-License-Identifier: Apache-2.0
import { isFixture, type RepoCheck } from "./repo.ts";

const line = "SPDX-License-Identifier: Apache-2.0";

/** Source begins with the license line, behind `#!` where there is one. */
export const checkLicenseLine: RepoCheck = (files) =>
  files
    .filter(({ path }) => /\.(ts|c|sh)$|(^|\/)(Makefile|run)$/.test(path) && !isFixture(path))
    .filter(({ text }) => {
      const [first = "", second = ""] = text.split("\n");
      return !(first.startsWith("#!") ? second : first).endsWith(line);
    })
    .map(({ path }) => ({ path, line: 1, message: `the first line must be a comment "${line}"` }));
