// SPDX-License-Identifier: Apache-2.0
import { isFixture, type RepoCheck } from "./repo.ts";

const emptyWords = ["util", "utils", "helper", "helpers", "common", "manager", "misc", "shared"];
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A file is named by what it decides, in kebab-case; words that fit anything say nothing. */
export const checkNames: RepoCheck = (files) =>
  files
    .filter(({ path }) => path.endsWith(".ts") && !isFixture(path))
    .flatMap(({ path }) =>
      path
        .replace(/(\.test)?\.ts$/, "")
        .split("/")
        .flatMap((part) => {
          const empty = part.split("-").find((word) => emptyWords.includes(word.toLowerCase()));
          if (empty !== undefined) return [{ path, message: `name it by what it decides, not "${empty}"` }];
          return kebabCase.test(part) ? [] : [{ path, message: `"${part}" is not kebab-case` }];
        }),
    );
