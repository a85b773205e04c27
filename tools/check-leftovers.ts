// SPDX-License-Identifier: Apache-2.0
import { isFixture, numberedLines, type RepoCheck } from "./repo.ts";

interface Leftover {
  readonly files: RegExp;
  readonly pattern: RegExp;
  readonly message: string;
}

// The patterns are written so that they do not match themselves.
const leftovers: readonly Leftover[] = [
  {
    files: /./,
    pattern: /\b(TO[D]O|FIX[M]E|XX[X])\b/,
    message: "is a mark of unfinished work: do it, or open an issue",
  },
  {
    files: /\.ts$/,
    pattern: /\b(test|it|describe)\.(skip|only|todo|failing|skipIf|todoIf)\b/,
    message: "is a test that does not run, or keeps others from running",
  },
  // GKE's plugins are below /home/kubernetes, on every node.
  {
    files: /./,
    pattern: /\/(work|home\/(?!kubernetes\/)\w+)\/|\/root\/\w/,
    message: "is a path of somebody's machine",
  },
  {
    files: /./,
    pattern: /\b(registry\.npm[j]s|npm[j]s\.com|deb\.debi[a]n|pypi\.o[r]g|proxy\.gol[a]ng|crates\.i[o])\b/,
    message: "names the host of a package registry: that is the user's to configure",
  },
];

/** Nothing half done, nothing of the machine it was written on. */
export const checkLeftovers: RepoCheck = (files) =>
  files
    .filter(({ path }) => !isFixture(path))
    .flatMap((file) =>
      numberedLines(file).flatMap(({ line, text }) =>
        leftovers.flatMap(({ files: where, pattern, message }) => {
          const found = where.test(file.path) ? text.match(pattern)?.[0] : undefined;
          return found === undefined ? [] : [{ path: file.path, line, message: `"${found}" ${message}` }];
        }),
      ),
    );
