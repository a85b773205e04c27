// SPDX-License-Identifier: Apache-2.0
import { tellCondition } from "./condition.ts";
import {
  type Distribution,
  type Layout,
  type PathName,
  type PrimaryNetwork,
  pathNames,
} from "./distribution.ts";
import { distributions } from "./distributions.ts";
import { tellSign } from "./sign.ts";
import type { Mark, Statement } from "./statement.ts";

const intro = `# Distributions

Where a node has what a network plugin needs to know, by distribution. What the runtime's own configuration says beats this table: \`plures
facts\` asks the runtime first. A distribution is recognised by any one of its rows \`recognised by\`; the first on this page of which one
is seen is taken, and what else is seen (Flatcar below kubeadm, leftovers of k3s) is told with it.

Each statement has a mark. **R**: read in the project's own source, documents or packages. **H**: heard, in texts of others only. **I**:
inferred by us. Statements without versions hold for all that were seen. \`{dataDir}\` is the data directory, which an argument moves.

This page is made from \`src/distributions\`; a test proves it equal.`;

const marks: Readonly<Record<Mark, string>> = { read: "R", heard: "H", inferred: "I" };

const titles: Readonly<Record<PathName, string>> = {
  cniConfDir: "CNI configurations",
  cniBinDir: "CNI plugins",
  runtimeConfig: "runtime's configuration",
  criSocket: "CRI socket",
  kubeletDir: "kubelet's root",
  adminKubeconfig: "admin kubeconfig",
};

/** docs/distributions.md, from the data. */
export function distributionsPage(): string {
  return `${[intro, overview(), ...distributions.map(section)].join("\n\n")}\n`;
}

function overview(): string {
  const columns = ["distribution", "nodes", ...pathNames.map((name) => titles[name]), "primary"];
  const rows = distributions.flatMap((distribution) =>
    distribution.layouts.map((layout) => [
      distribution.title,
      tellLayout(distribution, layout),
      ...pathNames.map((name) => tellMarked(layout.paths[name])),
      layout.primary === undefined ? "" : `${code(layout.primary.value.file)} ${marks[layout.primary.mark]}`,
    ]),
  );
  return `## Where things are\n\n${table(columns, rows)}`;
}

function section(distribution: Distribution): string {
  const rows = rowsOf(distribution).map(({ what, value, versions, of }) => [
    what,
    value,
    marks[of.mark],
    [versions, of.versions].filter((text) => text !== undefined).join("; "),
    of.source,
  ]);
  return [
    `## ${distribution.title} (\`${distribution.id}\`)`,
    `Seen: ${distribution.seen}.`,
    table(["what", "value", "mark", "versions", "source"], rows),
  ].join("\n\n");
}

/** A line of a distribution's table. */
interface Row {
  readonly what: string;
  readonly value: string;
  /** Names of the layouts that have it, where others do not. */
  readonly versions?: string;
  readonly of: Statement<unknown>;
}

function rowsOf(distribution: Distribution): readonly Row[] {
  const { signs, units, folders, plugins, multus, notes } = distribution;
  return [
    ...signs.map((of) => ({ what: "recognised by", value: of.value.map(tellSign).join(" and "), of })),
    ...statementsOfLayouts(distribution),
    ...(units === undefined ? [] : [{ what: "units", value: units.value.map(code).join(", "), of: units }]),
    ...folders.map((of) => ({ what: of.value.trait, value: `${code(of.value.path)}: ${of.value.note}`, of })),
    ...plugins.map((of) => ({ what: "plugins that it brings", value: of.value.join(", "), of })),
    { what: "Multus", value: tellMultus(multus.value), of: multus },
    ...notes.map((of) => ({ what: "note", value: of.value, of })),
  ];
}

/** What several layouts have in common is told once. */
function statementsOfLayouts({ layouts }: Distribution): readonly Row[] {
  const rows = layouts.flatMap((layout) =>
    statementsOf(layout).map((row) => ({ ...row, name: layout.name })),
  );
  const sameRows = Map.groupBy(rows, ({ what, of }) => JSON.stringify([what, of]));
  return [...sameRows.values()].flatMap(([row, ...more]): readonly Row[] => {
    if (row === undefined) return [];
    const names = [row, ...more].map(({ name }) => name);
    return [{ ...row, ...(names.length === layouts.length ? {} : { versions: names.join("; ") }) }];
  });
}

function statementsOf({ paths, primary }: Layout): readonly Row[] {
  const told = pathNames.flatMap((name): readonly Row[] => {
    const of = paths[name];
    return of === undefined ? [] : [{ what: titles[name], value: code(of.value), of }];
  });
  if (primary === undefined) return told;
  return [...told, { what: "primary", value: tellPrimary(primary.value), of: primary }];
}

function tellLayout({ layouts }: Distribution, { name, when }: Layout): string {
  if (layouts.length === 1) return name;
  return when.kind === "always" ? `${name}: all others` : `${name}: ${tellCondition(when)}`;
}

function tellMultus({ is, how, daemonSet }: Distribution["multus"]["value"]): string {
  const told = { always: "there already", option: "there where it was chosen", never: "not there" }[is];
  return `${told}: ${how}${daemonSet === undefined ? "" : `; DaemonSet ${code(daemonSet)}`}`;
}

function tellPrimary({ file, name, type }: PrimaryNetwork): string {
  const named = name === undefined ? "" : `, name ${code(name)}`;
  return `${code(file)}${named}${type === undefined ? "" : `, first plugin ${code(type)}`}`;
}

function tellMarked(statement: Statement<string> | undefined): string {
  return statement === undefined ? "" : `${code(statement.value)} ${marks[statement.mark]}`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("<", "&lt;")).join(" | ")} |`;
  return [line(columns), `|${"---|".repeat(columns.length)}`, ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
