// SPDX-License-Identifier: Apache-2.0
import { type Palette, width } from "./palette.ts";
import type { TryReport } from "./report.ts";
import { breakLine } from "./text-table.ts";

/** What the node was made of, and what of the files was left aside. */
export function nodeLines(
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
    ...ignoredSentences(ignored).map((sentence) => ["ignored", sentence]),
  ] as const;
  return facts.flatMap(([title = "", text = ""]) => {
    const [first = "", ...more] = hanging(text, 9);
    return [`${faint(title.padEnd(9))}${first}`, ...more];
  });
}

/**
 * One sentence per kind that has nothing to do with networks, of which files often have many, and one per
 * object otherwise.
 */
function ignoredSentences(ignored: TryReport["ignored"]): readonly string[] {
  const others = Map.groupBy(
    ignored.filter(({ reason }) => reason === undefined),
    ({ kind }) => kind,
  );
  return [
    ...ignored.flatMap(({ kind, name, place, reason }) =>
      reason === undefined ? [] : [`${kind} ${name} (${place}): ${reason}`],
    ),
    ...Array.from(others, ([kind, [first, ...more]]) => {
      const rest = more.length === 0 ? "" : ` and ${more.length} more`;
      return `${kind} ${first?.name} (${first?.place})${rest}: nothing that attaches a pod`;
    }),
  ];
}

/** Lines that fit behind something of `indent` characters. */
function hanging(text: string, indent: number): readonly string[] {
  const [first = "", ...more] = breakLine(text, width - indent);
  return [first, ...more.map((line) => " ".repeat(indent) + line)];
}
