// SPDX-License-Identifier: Apache-2.0
import { failureSentence } from "./failure-sentence.ts";
import { failureLines, type Palette, width } from "./palette.ts";
import type { PodReport } from "./report.ts";
import { breakLine, formatTable, type TableColumn } from "./text-table.ts";

const columns = [
  { title: "INTERFACE" },
  { title: "NETWORK", breakable: true },
  { title: "ADDRESS" },
  { title: "MAC" },
  { title: "ROUTE", breakable: true },
  { title: "PLUGIN", breakable: true },
  { title: "MS", align: "right" },
] as const satisfies readonly TableColumn[];

/** What a pod got, or why it got nothing. */
export function podLines(pod: PodReport, paint: Palette): readonly string[] {
  const title = paint.strong(`pod ${pod.namespace}/${pod.name}`);
  if (pod.error !== undefined) {
    return [
      `${title}: ${paint.bad("not attached")}`,
      ...failureLines(failureSentence(pod.error, pod), paint),
    ];
  }
  const rows = pod.interfaces.map((one) => [
    one.name,
    withoutNamespace(one.network, pod.namespace),
    one.addresses,
    one.mac,
    one.routes.filter((route) => route.includes(" via ") || route.startsWith("default")),
    one.plugins,
    String(Math.round(one.milliseconds)),
  ]);
  const count = `${pod.interfaces.length} interface${pod.interfaces.length === 1 ? "" : "s"}`;
  const [heading = "", ...body] = formatTable({ columns, rows, width: width - 2 });
  return [
    `${title}: ${paint.good("attached")}, ${count}, ${Math.round(pod.milliseconds)} ms`,
    `  ${paint.faint(heading)}`,
    ...body.map((line) => `  ${line}`),
    ...statusLines(pod, paint),
  ];
}

/** The annotations of a pod name the networks of its own namespace without it as well. */
function withoutNamespace(network: string, namespace: string): string {
  return network.startsWith(`${namespace}/`) ? network.slice(namespace.length + 1) : network;
}

function statusLines({ status }: PodReport, { faint }: Palette): readonly string[] {
  if (status.length === 0) return [];
  const entries = status.flatMap((entry) =>
    breakLine(`    ${spacedJson(entry)}`, width, { indent: "      " }),
  );
  return [`  ${faint("annotation k8s.v1.cni.cncf.io/network-status")}`, ...entries];
}

/** JSON on one line with blanks behind commas only: those are where it may be broken. */
function spacedJson(value: unknown): string {
  return JSON.stringify(value, null, 1)
    .replaceAll(/\n\s*/g, " ")
    .replaceAll(/([[{]) | ([\]}])/g, "$1$2")
    .replaceAll('": ', '":');
}
