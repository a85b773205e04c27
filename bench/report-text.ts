// SPDX-License-Identifier: Apache-2.0
import { formatTable, type TableColumn } from "../src/cli/try/text-table.ts";
import type { BenchReport } from "./report.ts";
import { isReached, type Target, targetsOf } from "./targets.ts";
import type { WayName } from "./ways.ts";

const wide = 120;

const titles = {
  "one-after-another": "plugins alone, one after another",
  "side-by-side": "plugins alone, side by side",
  plures: "Plures",
} as const satisfies Record<WayName, string>;

/** The report for a person. */
export function formatReport(report: BenchReport): string {
  const sections = [machineLines(report), callLines(report), rateLines(report), startLines(report)];
  return [...sections, leftLines(report), targetLines(report)].map((lines) => lines.join("\n")).join("\n\n");
}

function machineLines({ machine, pods }: BenchReport): readonly string[] {
  const { plures, bun, cores, processor, architecture, kernel, plugins, load, date } = machine;
  return [
    `Plures ${plures} (Bun ${bun}), ${date}`,
    `${cores} cores (${processor}, ${architecture}), Linux ${kernel}, load ${load} before; plugins of ${plugins}`,
    `${pods} pods per way; a pod has the primary (bridge, portmap) and three more networks (macvlan, macvlan, bridge)`,
  ];
}

function callLines({ calls }: BenchReport): readonly string[] {
  const rows = calls.map(({ way, add, del, addRate }) => [
    titles[way],
    ...[add.median, add.p95, del.median, del.p95].map((ms) => ms.toFixed(1)),
    addRate.toFixed(1),
  ]);
  const alone = calls.find(({ way }) => way === "one-after-another");
  const plures = calls.find(({ way }) => way === "plures");
  const more = (verb: "add" | "del") =>
    ((plures?.[verb].median ?? 0) - (alone?.[verb].median ?? 0)).toFixed(1);
  return table(
    ["one pod at a time, ms", "ADD", "p95", "DEL", "p95", "ADD pods/s"],
    [...rows, ["what Plures adds to the plugins alone", more("add"), "", more("del"), "", ""]],
  );
}

function rateLines({ rates, atOnce }: BenchReport): readonly string[] {
  const rows = rates.map(({ way, add, del }) => [titles[way], add.toFixed(1), del.toFixed(1)]);
  return table([`${atOnce} pods at a time, pods/s`, "ADD", "DEL"], rows);
}

function startLines({ starts }: BenchReport): readonly string[] {
  const rows = starts.map(({ program, ms }) => [program, ms.median.toFixed(1), ms.p95.toFixed(1)]);
  return table(["start to end, ms", "median", "p95"], rows);
}

function leftLines({ left }: BenchReport): readonly string[] {
  const rows = left.map(({ after, links, leases, journal }) => [
    after,
    ...[links, leases, journal].map(String),
  ]);
  return table(["left behind after", "links", "leases", "journal"], rows);
}

function targetLines(report: BenchReport): readonly string[] {
  const rows = targetsOf(report).map((target) => [
    target.what,
    String(target.measured),
    `${target.better === "lower" ? "at most" : "at least"} ${target.limit}`,
    verdictOf(target),
  ]);
  return table(["targets", "measured", "wanted", ""], rows);
}

function verdictOf(target: Target): string {
  const verdict = isReached(target) ? "reached" : "missed";
  return target.from === undefined ? verdict : `${verdict} (wanted of ${target.from})`;
}

/** The first column is words, the others are numbers, but for an untitled last one. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const columns = headings.map(
    (title, index): TableColumn => (index === 0 || title === "" ? { title } : { title, align: "right" }),
  );
  return formatTable({ columns, rows, width: wide });
}
