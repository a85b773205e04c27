// SPDX-License-Identifier: Apache-2.0
import { failureSentence } from "./failure-sentence.ts";
import { nodeLines } from "./node-text.ts";
import { failureLines, type Palette, paletteFor, width } from "./palette.ts";
import { podLines } from "./pod-text.ts";
import type { PodReport, TryReport } from "./report.ts";
import { breakLine, formatTable } from "./text-table.ts";

interface Look {
  readonly colour: boolean;
}

/** What was made and seen, for a person, at most 100 characters wide: the node, the pods, the pings. */
export function formatAttached(
  report: Omit<TryReport, "schemaVersion" | "verdict" | "left">,
  look: Look,
): string {
  const paint = paletteFor(look);
  const sections = [
    nodeLines(report, paint),
    ...report.pods.map((pod) => podLines(pod, paint)),
    pingLines(report, paint),
    missingLines(report, paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

/** How it ended: DEL's complaints, the verdict, and what is left. */
export function formatEnd(report: TryReport, look: Look): string {
  const paint = paletteFor(look);
  const trouble = report.pods.flatMap((pod) => detachLines(pod, paint));
  return [...trouble, ...verdictLines(report, paint)].join("\n");
}

function detachLines(pod: PodReport, paint: Palette): readonly string[] {
  if (pod.detachError === undefined) return [];
  const title = `${paint.strong(`pod ${pod.namespace}/${pod.name}`)}: ${paint.bad("not detached")}`;
  return [title, ...failureLines(failureSentence(pod.detachError, pod), paint), ""];
}

function pingLines(
  { pings, notPinged }: Pick<TryReport, "pings" | "notPinged">,
  paint: Palette,
): readonly string[] {
  if (pings.length + notPinged.length === 0) return [];
  const rows = pings
    .filter(({ ok }) => ok)
    .map((ping) => [
      `${ping.pod} ${ping.interface}`,
      ping.to,
      ping.target,
      `${ping.milliseconds?.toFixed(3)} ms`,
    ]);
  const titles = ["FROM", "TO", "WHICH IS", "ANSWER"].map((title, index) => ({
    title,
    breakable: index % 2 === 0,
  }));
  const [heading = "", ...body] = formatTable({ columns: titles, rows, width: width - 2 });
  return [
    paint.strong("pings"),
    ...(rows.length === 0 ? [] : [`  ${paint.faint(heading)}`]),
    ...(rows.length === 0 ? [] : body.map((line) => `  ${line}`)),
    ...pings.flatMap((ping) =>
      ping.ok ? [] : failureLines(`${ping.pod} ${ping.interface} to ${ping.to}: ${ping.reason}`, paint),
    ),
    ...notPinged.flatMap((sentence) => breakLine(`  not pinged: ${sentence}`, width, { indent: "    " })),
  ];
}

function missingLines(
  { missingPlugins, node }: Pick<TryReport, "missingPlugins" | "node">,
  paint: Palette,
): readonly string[] {
  if (missingPlugins.length === 0) return [];
  const ways = Map.groupBy(missingPlugins, ({ howToGet }) => howToGet);
  return [
    paint.strong(`missing plugins (looked in ${node.pluginDirs.join(", ")})`),
    ...Array.from(ways).flatMap(([howToGet, plugins]) => {
      const names = plugins.map(({ plugin, neededBy }) => `${plugin} (for ${neededBy.join(", ")})`);
      return breakLine(`  ${names.join(", ")}: ${howToGet}`, width, { indent: "    " });
    }),
  ];
}

function verdictLines({ verdict, pods, pings, left }: TryReport, paint: Palette): readonly string[] {
  const attached = pods.filter(({ ok }) => ok).length;
  const answered = pings.filter(({ ok }) => ok).length;
  const { links, leases, journal } = left;
  const counts = [
    count(links, "link", "links"),
    count(leases, "lease", "leases"),
    count(journal, "journal entry", "journal entries"),
  ].join(", ");
  const names = [...links, ...leases, ...journal];
  const colour = verdict === "ok" ? paint.good : paint.bad;
  const summary = `${verdict}: ${attached} of ${pods.length} pods attached, ${answered} of ${pings.length} pings answered`;
  return [
    colour(summary),
    names.length === 0 ? `nothing left: ${counts}` : paint.bad(`left behind: ${counts}`),
    ...names.map((name) => paint.bad(`  ${name}`)),
  ];
}

function count(names: readonly string[], one: string, many: string): string {
  return `${names.length} ${names.length === 1 ? one : many}`;
}
