// SPDX-License-Identifier: Apache-2.0
import { formatTable, type TableColumn } from "../src/cli/try/text-table.ts";
import type { Memory } from "./process-use.ts";
import type { BenchReport } from "./report.ts";
import type { Summary } from "./statistics.ts";
import { isReached, targetsOf } from "./targets.ts";
import { wayTitles } from "./ways.ts";

const wide = 120;

/** The report for a person. */
export function formatReport(report: BenchReport): string {
  const sections = [machineLines, callLines, rateLines, startLines, agentLines, leftLines, targetLines];
  return sections.map((lines) => lines(report).join("\n")).join("\n\n");
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
  const cells = ({ median, p95 }: Summary, times: number): readonly string[] => [
    median.toFixed(1),
    p95.toFixed(1),
    times.toFixed(2),
  ];
  const rows = calls.map((row) => [
    wayTitles[row.way],
    ...cells(row.add, row.addTimes),
    ...cells(row.del, row.delTimes),
    row.addRate.toFixed(1),
  ]);
  return table(["one pod at a time, ms", "ADD", "p95", "times", "DEL", "p95", "times", "ADD pods/s"], rows);
}

function rateLines({ rates, atOnce }: BenchReport): readonly string[] {
  const rows = rates.map(({ way, add, del }) => [wayTitles[way], add.toFixed(1), del.toFixed(1)]);
  return table([`${atOnce} pods at a time, pods/s`, "ADD", "DEL"], rows);
}

function startLines({ starts }: BenchReport): readonly string[] {
  const rows = starts.map(({ program, ms }) => [program, ms.median.toFixed(1), ms.p95.toFixed(1)]);
  return table(["start to end, ms", "median", "p95"], rows);
}

function agentLines({ agent }: BenchReport): readonly string[] {
  const { pods, networks, atRest, afterwards, processorMsPerPod, requests } = agent;
  const row = (when: string, { residentMb, ownMb, mostMb }: Memory): readonly string[] => [
    when,
    ...[residentMb, ownMb, mostMb].map((megabytes) => megabytes.toFixed(1)),
  ];
  const memory = [row("before the first request", atRest), row("after every pod's ADD and DEL", afterwards)];
  const asked = Object.entries(requests).map(([what, count]) => [
    what,
    String(count),
    (count / pods).toFixed(2),
  ]);
  return [
    ...table([`agent, ${pods} pods and ${networks} networks, MB`, "resident", "its own", "most"], memory),
    `its processor time for ADD and DEL of a pod: ${processorMsPerPod.toFixed(1)} ms`,
    "",
    ...table(["what it asked of the API server", "requests", "per pod"], asked),
  ];
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
    isReached(target) ? "reached" : "missed",
  ]);
  return table(["targets", "measured", "wanted", ""], rows);
}

/** The first column is words, the others are numbers, but for an untitled last one. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const columns = headings.map(
    (title, index): TableColumn => (index === 0 || title === "" ? { title } : { title, align: "right" }),
  );
  return formatTable({ columns, rows, width: wide });
}
