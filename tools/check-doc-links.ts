// SPDX-License-Identifier: Apache-2.0
import { numberedLines, type RepoCheck } from "./repo.ts";

/**
 * Relative links of Markdown pages, and paths of this repository in their inline code, lead to something that
 * exists.
 */
export const checkDocLinks: RepoCheck = (files) => {
  const known = new Set(["", ...files.flatMap(({ path }) => withFolders(path))]);
  return files
    .filter(({ path }) => path.endsWith(".md"))
    .flatMap((page) =>
      numberedLines(page).flatMap(({ line, text }) =>
        [...linksOf(text, page.path), ...codePathsOf(text)]
          .filter((target) => !known.has(target))
          .map((target) => ({ path: page.path, line, message: `"${target}" does not exist` })),
      ),
    );
};

function linksOf(text: string, page: string): readonly string[] {
  const links = [...text.matchAll(/\]\((?<target>[^)\s]+)\)/g)].map((match) => match.groups?.target ?? "");
  return links
    .filter((target) => !/^([a-z]+:|#)/.test(target))
    .map((target) => new URL(target, `file:///${page}`).pathname.slice(1).replace(/\/$/, ""));
}

/** `src/cni/errors.ts` in a sentence; a path with a placeholder or a star names no single file. */
function codePathsOf(text: string): readonly string[] {
  const paths = [...text.matchAll(/`(?<path>(?:src|tools|docs|e2e|bench|examples)\/[\w./-]+)`/g)];
  return paths.map((match) => (match.groups?.path ?? "").replace(/\/$/, ""));
}

function withFolders(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
