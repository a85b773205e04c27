// SPDX-License-Identifier: Apache-2.0
import { isFixture, numberedLines, type RepoCheck } from "./repo.ts";

/** What Biome gives code; it leaves comments as they are. */
const widest = 110;

const rules = [
  {
    breaks: (text: string) => /^\s*(?:\/\/|\/\*|\*)/.test(text) && text.length > widest,
    message: `a comment is at most ${widest} wide`,
  },
  {
    breaks: (text: string) => /^\s*\/\*\*.*\S/.test(text) && !text.includes("*/"),
    message: "a comment of several lines begins with /** alone and ends with */ alone",
  },
] as const;

/** Comments have one width and one form. */
export const checkComments: RepoCheck = (files) =>
  files
    .filter(({ path }) => path.endsWith(".ts") && !isFixture(path))
    .flatMap((file) =>
      numberedLines(file).flatMap(({ line, text }) =>
        rules.filter(({ breaks }) => breaks(text)).map(({ message }) => ({ path: file.path, line, message })),
      ),
    );
