// SPDX-License-Identifier: Apache-2.0
import { codeOnly, type Problem, type RepoCheck, type RepoFile } from "./repo.ts";

/**
 * What is said twice is said alike: commands and pages, decisions and numbers, glossary and code, invariants
 * and tests.
 */
export const checkParity: RepoCheck = (files) => [
  ...checkCommands(files),
  ...checkDecisions(files),
  ...checkGlossary(files),
  ...checkChangelog(files),
  ...checkInvariants(files),
];

const table = "src/cli/commands.ts";

function checkCommands(files: readonly RepoFile[]): readonly Problem[] {
  const commands = [...textOf(files, table).matchAll(/\bname: "([^"]+)"/g)].map((match) => match[1] ?? "");
  const pages = pathsBelow(files, "docs/commands/").map((path) => path.replace(/^.*\/|\.md$/g, ""));
  return [
    ...without(commands, pages).map((name) => ({
      path: table,
      message: `docs/commands/${name}.md is missing`,
    })),
    ...without(pages, commands).map((name) => ({
      path: `docs/commands/${name}.md`,
      message: `there is no command "${name}" in ${table}`,
    })),
  ];
}

const sections = ["Context", "Decision", "Options lost", "Consequences"];

function checkDecisions(files: readonly RepoFile[]): readonly Problem[] {
  return pathsBelow(files, "docs/decisions/").flatMap((path, index) => {
    const number = String(index).padStart(4, "0");
    const headings = textOf(files, path).match(/^#+ .*$/gm) ?? [];
    const missing = without(
      sections,
      headings.map((heading) => heading.replace(/^#+ /, "")),
    );
    return [
      ...(path.startsWith(`docs/decisions/${number}-`)
        ? []
        : [{ path, message: `its number should be ${number}` }]),
      ...(headings[0]?.startsWith(`# ${number}: `)
        ? []
        : [{ path, message: `its title should be "# ${number}: ..."` }]),
      ...missing.map((section) => ({ path, message: `the section "## ${section}" is missing` })),
    ];
  });
}

/** Rows are `| word | meaning | names in the code |`. */
function checkGlossary(files: readonly RepoFile[]): readonly Problem[] {
  const path = "docs/glossary.md";
  const sources = files.filter((file) => file.path.startsWith("src/")).map(({ text }) => codeOnly(text));
  const declared = new Set(
    sources.flatMap((text) =>
      [...text.matchAll(/\b(?:interface|type|const|function|class) (\w+)/g)].map((match) => match[1] ?? ""),
    ),
  );
  const rows = textOf(files, path).match(/^\|.*\|$/gm) ?? [];
  if (rows.length === 0) return [{ path, message: "has no table of words" }];
  const named = rows.flatMap((row) => [...(row.split("|").at(-2) ?? "").matchAll(/`(\w+)`/g)]);
  return named
    .filter((match) => !declared.has(match[1] ?? ""))
    .map((match) => ({ path, message: `\`${match[1]}\` is declared nowhere in src` }));
}

function checkChangelog(files: readonly RepoFile[]): readonly Problem[] {
  const path = "CHANGELOG.md";
  return /^## Unreleased$/m.test(textOf(files, path))
    ? []
    : [{ path, message: 'has no section "## Unreleased"' }];
}

/** Rows are `| what holds | `file` "name of a test in it" |`. */
function checkInvariants(files: readonly RepoFile[]): readonly Problem[] {
  const path = "ARCHITECTURE.md";
  return [...textOf(files, path).matchAll(/`(?<file>[\w./-]+)` "(?<name>[^"]+)"/g)]
    .filter(({ groups }) => !textOf(files, groups?.file ?? "").includes(`("${groups?.name}"`))
    .map(({ groups }) => ({ path, message: `${groups?.file} has no test "${groups?.name}"` }));
}

function textOf(files: readonly RepoFile[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? "";
}

function pathsBelow(files: readonly RepoFile[], folder: string): readonly string[] {
  return files
    .map(({ path }) => path)
    .filter((path) => path.startsWith(folder))
    .sort();
}

function without(all: readonly string[], known: readonly string[]): readonly string[] {
  return all.filter((item) => !known.includes(item));
}
