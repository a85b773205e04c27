// SPDX-License-Identifier: Apache-2.0
import { addLan, type PingEnding, pingFrom } from "../../host/sandbox/index.ts";
import type { LivingPod } from "./attach-pods.ts";
import { type PlannedPing, planPings } from "./plan-pings.ts";
import { endpointsOf } from "./pod-report.ts";
import type { PingReport, TryReport } from "./report.ts";

/** IPv6 looks for duplicates of an address for up to two seconds before it is used. */
const timeoutMs = 4000;

/** Pings what should answer, all at once; the LANs get the gateways that the pods were told of. */
export async function pingPods(pods: readonly LivingPod[]): Promise<Pick<TryReport, "pings" | "notPinged">> {
  const { pings, lans, notPinged } = planPings(pods.flatMap(endpointsOf));
  for (const lan of lans) await addLan(lan);
  const namespaces = new Map<string, string>(
    pods.map(({ container: { pod, netns } }) => [`${pod.namespace}/${pod.name}`, netns]),
  );
  const reports = pings.map(async (ping) => {
    const netns = namespaces.get(ping.from.pod) ?? "";
    return pingReport(ping, await pingFrom(netns, ping.to, { timeoutMs, interface: ping.from.interface }));
  });
  return { pings: await Promise.all(reports), notPinged };
}

function pingReport({ from, to, target }: PlannedPing, ending: PingEnding): PingReport {
  const ok = ending.kind === "answered";
  return {
    ...{ pod: from.pod, interface: from.interface, to, target, ok },
    milliseconds: ok ? ending.milliseconds : undefined,
    reason: ok ? undefined : whyNoAnswer(ending),
  };
}

function whyNoAnswer(ending: Exclude<PingEnding, { kind: "answered" }>): string {
  if (ending.kind === "unsendable") return `could not be sent: ${ending.reason}`;
  return `no answer within ${timeoutMs / 1000} s`;
}
