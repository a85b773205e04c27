// SPDX-License-Identifier: Apache-2.0
import { annotationKeys, type PodEvent, parseNetworkSelections } from "../../attachments/index.ts";
import type { NodePod } from "../../cluster/index.ts";
import { sleepUnlessAborted } from "../../cluster/sleep.ts";
import { isJsonObject } from "../../cni/index.ts";
import type { Cluster, Log } from "../../verbs/index.ts";

/** A running pod without networks that it asks for. */
export interface DetachedPod {
  readonly pod: NodePod;
  /** What is missing, in words: `default/mv-a`, `default/mv-a as net1`. */
  readonly missing: readonly string[];
}

/**
 * Running pods whose status does not show every network that their annotation asks for: they started
 * before there was a meta-plugin, or the annotation came later. Pods of system namespaces have no status;
 * pods of the host's network get nothing.
 */
export function findDetached(
  pods: readonly NodePod[],
  systemNamespaces: readonly string[],
): readonly DetachedPod[] {
  return pods
    .filter((pod) => pod.phase === "Running" && !pod.hostNetwork && !pod.isDeleting)
    .filter(({ namespace }) => !systemNamespaces.includes(namespace))
    .map((pod) => ({ pod, missing: missingNetworks(pod) }))
    .filter(({ missing }) => missing.length > 0);
}

/** The event for such a pod. */
export function detachedEvent({ missing }: DetachedPod): PodEvent {
  const message = `the pod runs without ${missing.join(", ")}; delete it, so that it starts anew with its networks`;
  return { type: "Warning", reason: "NetworksMissing", message };
}

interface Shown {
  readonly name: string;
  readonly interface: string | undefined;
}

function missingNetworks({ namespace, annotations }: NodePod): readonly string[] {
  const asked = selectionsOf(annotations[annotationKeys.networks] ?? "", namespace);
  if (asked === undefined) return ["the networks of its annotation, which cannot be read"];
  const left = [...shownNetworks(annotations[annotationKeys.networkStatus] ?? "")];
  // Those that name an interface first, so that nobody else takes their entry.
  const ordered = [...asked].sort(
    (a, b) => Number(b.interface !== undefined) - Number(a.interface !== undefined),
  );
  return ordered.flatMap((selection) => {
    const label = `${selection.namespace}/${selection.name}`;
    const wanted = selection.interface;
    const index = left.findIndex(
      (entry) => entry.name === label && (wanted === undefined || entry.interface === wanted),
    );
    if (index === -1) return [wanted === undefined ? label : `${label} as ${wanted}`];
    left.splice(index, 1);
    return [];
  });
}

function selectionsOf(annotation: string, namespace: string) {
  try {
    return parseNetworkSelections(annotation, namespace);
  } catch {
    return undefined;
  }
}

/** The entries of a network-status; none when it is absent or cannot be read. */
function shownNetworks(status: string): readonly Shown[] {
  let entries: unknown;
  try {
    entries = JSON.parse(status);
  } catch {
    return [];
  }
  if (!Array.isArray(entries)) return [];
  return entries.filter(isJsonObject).map((entry) => ({
    name: String(entry.name),
    interface: typeof entry.interface === "string" ? entry.interface : undefined,
  }));
}

/** What looking for detached pods needs. */
export interface DetachedOptions {
  pods(): readonly NodePod[];
  readonly cluster: Pick<Cluster, "emitEvent">;
  readonly systemNamespaces: readonly string[];
  readonly signal: AbortSignal;
  readonly log: Log;
  /** How many there are, at every look: for the metric. */
  tell?(count: number): void;
  readonly everyMs?: number;
  /** So long must it have been missing before an event says so: a status may be being written. */
  readonly settleMs?: number;
}

/** What is remembered between two looks. */
interface Memory {
  /** Since when a pod (UID) is found so. */
  readonly since: Map<string, number>;
  readonly told: Set<string>;
}

/** Looks every now and then until the signal; each pod (UID) gets one event. Never rejects. */
export async function watchForDetached(options: DetachedOptions): Promise<void> {
  const memory: Memory = { since: new Map(), told: new Set() };
  do {
    const detached = findDetached(options.pods(), options.systemNamespaces);
    options.tell?.(detached.length);
    forgetOthers(memory, detached);
    for (const each of detached) await tellOnce(options, memory, each);
  } while (await sleepUnlessAborted(options.everyMs ?? 60_000, options.signal));
}

function forgetOthers({ since, told }: Memory, detached: readonly DetachedPod[]): void {
  const present = new Set(detached.map(({ pod }) => pod.uid));
  for (const uid of [...since.keys()]) if (!present.has(uid)) since.delete(uid);
  for (const uid of [...told]) if (!present.has(uid)) told.delete(uid);
}

async function tellOnce(
  { cluster, log, settleMs = 60_000 }: DetachedOptions,
  { since, told }: Memory,
  detached: DetachedPod,
): Promise<void> {
  const { pod, missing } = detached;
  const now = performance.now();
  const first = since.get(pod.uid) ?? now;
  since.set(pod.uid, first);
  if (told.has(pod.uid) || now - first < settleMs) return;
  told.add(pod.uid);
  log("error", "a running pod lacks networks", { pod: `${pod.namespace}/${pod.name}`, missing });
  await cluster.emitEvent(pod, detachedEvent(detached));
}
