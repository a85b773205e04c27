// SPDX-License-Identifier: Apache-2.0
import { failureLines, type Palette, paletteFor, width } from "./palette.ts";
import { podLines } from "./pod-text.ts";
import { failureSentence, type PodReport, type TryReport } from "./report.ts";
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

function nodeLines(
  { node, ignored }: Pick<TryReport, "node" | "ignored">,
  { faint }: Palette,
): readonly string[] {
  const facts = [
    ["plugins", node.pluginDirs.join(", ")],
    ["primary", node.primary],
    [
      "node",
      node.interfaces.length === 0
        ? "no interface is named by the networks"
        : `made ${node.interfaces.join(", ")}`,
    ],
    ...ignored.map((sentence) => ["ignored", sentence]),
  ] as const;
  return facts.flatMap(([title = "", text = ""]) => {
    const [first = "", ...more] = hanging(text, 9);
    return [`${faint(title.padEnd(9))}${first}`, ...more];
  });
}

/** Lines that fit behind something of `indent` characters. */
function hanging(text: string, indent: number): readonly string[] {
  const [first = "", ...more] = breakLine(text, width - indent);
  return [first, ...more.map((line) => " ".repeat(indent) + line)];
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
      `${ping.milliseconds?.toFixed(2)} ms`,
    ]);
  const titles = ["FROM", "TO", "WHICH IS", "ANSWER"].map((title, index) => ({
    title,
    breakable: index % 2 === 0,
  }));
  const [heading = "", ...body] = formatTable(titles, rows, width - 2);
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
  return [
    paint.strong(`missing plugins (looked in ${node.pluginDirs.join(", ")})`),
    ...missingPlugins.flatMap(({ plugin, neededBy, howToGet }) =>
      breakLine(`  ${plugin}, for ${neededBy.join(", ")}: ${howToGet}`, width, { indent: "    " }),
    ),
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
