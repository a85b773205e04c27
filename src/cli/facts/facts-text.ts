// SPDX-License-Identifier: Apache-2.0
import { oneLine } from "../../cni/index.ts";
import type { ClusterFacts, Facts, HostFacts } from "../../diagnosis/facts/index.ts";
import { formatTable } from "../try/text-table.ts";
import { clusterRows } from "./cluster-rows.ts";
import { hostRows } from "./host-rows.ts";
import { type Row, type Said, sayMissing } from "./said.ts";

const width = 110;
const longest = 2_000;

/** The facts as text: a line or some for each, what is unknown with its reason. */
export function factsText({ takenAt, host, cluster }: Facts): string {
  return [
    `taken ${takenAt}`,
    ...(host === undefined ? [] : ["", hostTitle(host), ...table(host, hostRows)]),
    ...(cluster === undefined ? [] : ["", clusterTitle(cluster), ...table(cluster, clusterRows)]),
  ].join("\n");
}

function table<Side>(side: Side, rows: readonly Row<Side>[]): readonly string[] {
  const lines = rows.map(({ title, say }) => [`  ${title}`, linesOf(say(side))] as const);
  return formatTable({ columns: [{ title: "" }, { title: "", breakable: true }], rows: lines, width }).slice(
    1,
  );
}

function linesOf(said: Said): readonly string[] {
  // Others wrote what is told, and a terminal obeys control characters.
  if (!("kind" in said)) return said.length === 0 ? ["none"] : said.map((line) => oneLine(line, longest));
  return [oneLine(sayMissing(said), longest)];
}

function hostTitle({ origin }: HostFacts): string {
  return origin.kind === "live" ? "This host" : `Host recorded in ${origin.root ?? "a folder"}`;
}

function clusterTitle({ origin }: ClusterFacts): string {
  return origin.kind === "live"
    ? `Cluster ${origin.server ?? ""}`.trim()
    : `Cluster recorded in ${origin.file ?? "a file"}`;
}
