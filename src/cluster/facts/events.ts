// SPDX-License-Identifier: Apache-2.0
import {
  type EventFact,
  type Fact,
  known,
  knownValue,
  type MultusDaemonSetFact,
} from "../../diagnosis/facts/index.ts";
import { factResources } from "./fact-resources.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { type Fields, mapAt, numberAt, textAt } from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";

/** The newest are enough to tell what is wrong; the same one comes again and again. */
export const mostEvents = 200;

/** What the kubelet says when a pod's network cannot be made or taken away, or is not there at all. */
const networkReasons: ReadonlySet<string> = new Set([
  "FailedCreatePodSandBox",
  "FailedKillPod",
  "FailedSandboxStatus",
  "NetworkNotReady",
  "CNIPluginNotReady",
]);

const components: ReadonlySet<string> = new Set(["multus", "plures"]);

/**
 * Warnings about networks of pods, warnings that Multus or Plures gives, and those about the pods of their
 * DaemonSets: the newest ones, newest first.
 */
export async function readEvents(
  source: ObjectSource,
  daemonSets: Fact<readonly MultusDaemonSetFact[]>,
): Promise<Fact<readonly EventFact[]>> {
  const ofMultus = knownValue(daemonSets) ?? [];
  const listed = await source.list({
    resource: factResources.events,
    fieldSelector: "type=Warning",
    convert: (object) => (matters(object, ofMultus) ? describeEvent(object) : undefined),
  });
  if (listed.kind !== "known") return listed;
  return known(listed.value.toSorted(byAge).slice(0, mostEvents));
}

function matters(object: Fields, ofMultus: readonly MultusDaemonSetFact[]): boolean {
  if (textAt(object, "type") !== "Warning") return false;
  if (networkReasons.has(textAt(object, "reason") ?? "")) return true;
  const component = textAt(object, "source", "component") || textAt(object, "reportingComponent");
  if (components.has(component ?? "")) return true;
  const { namespace, name } = subjectOf(object);
  return ofMultus.some(
    (daemonSet) =>
      daemonSet.namespace === namespace &&
      // The DaemonSet itself, or one of its pods: five letters behind its name.
      (name === daemonSet.name ||
        (name.startsWith(`${daemonSet.name}-`) && name.length === daemonSet.name.length + 6)),
  );
}

function subjectOf(object: Fields): {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
} {
  const subject = mapAt(object, "involvedObject");
  return {
    namespace: textAt(subject, "namespace") ?? "",
    kind: textAt(subject, "kind") ?? "",
    name: textAt(subject, "name") ?? "",
  };
}

function describeEvent(object: Fields): EventFact {
  const created = textAt(object, "metadata", "creationTimestamp");
  const first = textAt(object, "firstTimestamp") ?? textAt(object, "eventTime") ?? created;
  return {
    ...subjectOf(object),
    type: textAt(object, "type") ?? "",
    reason: textAt(object, "reason") ?? "",
    message: hideSecrets(textAt(object, "message") ?? ""),
    count: numberAt(object, "series", "count") ?? numberAt(object, "count") ?? 1,
    firstSeen: first,
    lastSeen: textAt(object, "series", "lastObservedTime") ?? textAt(object, "lastTimestamp") ?? first,
    node: textAt(object, "source", "host") || textAt(object, "reportingInstance") || undefined,
  };
}

function byAge(one: EventFact, other: EventFact): number {
  return millisecondsOf(other) - millisecondsOf(one);
}

function millisecondsOf({ lastSeen }: EventFact): number {
  return Date.parse(lastSeen ?? "") || 0;
}
