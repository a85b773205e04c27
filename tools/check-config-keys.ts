// SPDX-License-Identifier: Apache-2.0
import type { Problem, RepoCheck, RepoFile } from "./repo.ts";

/** A table of the page and the code that knows the same names. */
interface KeyTable {
  /** The section of the page; the first column of its table holds the names. */
  readonly section: string;
  readonly source: string;
  /** Its first group is a name. */
  readonly known: RegExp;
}

const page = "docs/configuration.md";

const tables: readonly KeyTable[] = [
  {
    section: "Keys",
    source: "src/attachments/multus-config.ts",
    known: /\bkeys\.\w+\("([^"]+)"|^ {2}"([^"]+)",$/gm,
  },
  {
    section: "Log options",
    source: "src/attachments/multus-config.ts",
    known: /\boptions\.\w+\("([^"]+)"/g,
  },
  {
    section: "Annotations",
    source: "src/attachments/annotation-keys.ts",
    known: /: "([^"]+)"/g,
  },
  {
    section: "Selection keys",
    source: "src/attachments/selection-fields.ts",
    known: /^ {2}"?([\w-]+)"?: \(value, place\)/gm,
  },
  {
    section: "Selection keys",
    source: "src/attachments/selection-element.ts",
    known: /\bfields\.get\("([^"]+)"\)|Key = "([^"]+)"/g,
  },
];

/** The page of the configuration has every name that the code reads, and no other. */
export const checkConfigKeys: RepoCheck = (files) => {
  const text = textOf(files, page);
  return [...new Set(tables.map(({ section }) => section))].flatMap((section): readonly Problem[] => {
    const rows = tables.filter((table) => table.section === section);
    const known = new Set(rows.flatMap((row) => namesIn(textOf(files, row.source), row.known)));
    const told = new Set(namesIn(sectionOf(text, section), /^\| `([^`]+)`/gm));
    const source = rows.map((row) => row.source).join(" and ");
    return [
      ...[...known.difference(told)].map((name) => ({
        path: page,
        message: `section "${section}" has no row for \`${name}\` of ${source}`,
      })),
      ...[...told.difference(known)].map((name) => ({
        path: page,
        message: `section "${section}" has a row for \`${name}\`, which ${source} does not read`,
      })),
    ];
  });
};

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? "");
}

/** From a heading to the next one. */
function sectionOf(text: string, heading: string): string {
  return text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? "";
}

function textOf(files: readonly RepoFile[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? "";
}
