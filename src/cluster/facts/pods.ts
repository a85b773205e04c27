// SPDX-License-Identifier: Apache-2.0
import { annotationKeys } from "../../attachments/index.ts";
import {
  type Fact,
  known,
  knownValue,
  type MultusDaemonSetFact,
  type PodFact,
  type PodsFact,
} from "../../diagnosis/facts/index.ts";
import { factResources } from "./fact-resources.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { byNamespaceAndName } from "./networks.ts";
import {
  type Fields,
  isTrueAt,
  mapAt,
  mapsAt,
  nameOf,
  namespaceOf,
  numberAt,
  textAt,
  textMapAt,
} from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";

type ContainerFact = PodFact["containers"][number];

/** Numbers over all pods, and those that ask for networks, are of a Multus or a VM, or do not start. */
export async function readPods(
  source: ObjectSource,
  daemonSets: Fact<readonly MultusDaemonSetFact[]>,
): Promise<Fact<PodsFact>> {
  const ofMultus = new Set(
    (knownValue(daemonSets) ?? []).map(({ namespace, name }) => `${namespace}/DaemonSet/${name}`),
  );
  let total = 0;
  const listed = await source.list({
    resource: factResources.pods,
    convert: (object) => {
      total += 1;
      const pod = describePod(object);
      return matters(pod, ofMultus) ? pod : undefined;
    },
  });
  if (listed.kind !== "known") return listed;
  return known({
    total,
    withNetworks: listed.value.filter(asksForNetworks).length,
    listed: listed.value.toSorted(byNamespaceAndName),
  });
}

function matters(pod: PodFact, ofMultus: ReadonlySet<string>): boolean {
  return (
    asksForNetworks(pod) ||
    pod.virtualMachine !== undefined ||
    pod.phase === "Pending" ||
    pod.phase === "Unknown" ||
    ofMultus.has(`${pod.namespace}/${pod.owner}`)
  );
}

function asksForNetworks({ networks, defaultNetwork }: PodFact): boolean {
  return Boolean(networks?.trim() || defaultNetwork?.trim());
}

function describePod(object: Fields): PodFact {
  const annotations = textMapAt(object, "metadata", "annotations");
  const labels = textMapAt(object, "metadata", "labels");
  const status = mapAt(object, "status");
  const owner = mapsAt(object, "metadata", "ownerReferences").find(({ controller }) => controller === true);
  return {
    namespace: namespaceOf(object),
    name: nameOf(object),
    uid: textAt(object, "metadata", "uid") ?? "",
    node: textAt(object, "spec", "nodeName") || undefined,
    phase: textAt(status, "phase") ?? "Unknown",
    createdAt: textAt(object, "metadata", "creationTimestamp"),
    deletingSince: textAt(object, "metadata", "deletionTimestamp"),
    hostNetwork: isTrueAt(object, "spec", "hostNetwork"),
    owner: owner && `${textAt(owner, "kind")}/${textAt(owner, "name")}`,
    // The annotation first: a label cannot hold every name.
    virtualMachine: annotations["kubevirt.io/domain"] ?? labels["vm.kubevirt.io/name"],
    ready: mapsAt(status, "conditions").some((each) => each.type === "Ready" && each.status === "True"),
    networks: hidden(annotations[annotationKeys.networks]),
    defaultNetwork: annotations[annotationKeys.defaultNetwork],
    networkStatus: annotations[annotationKeys.networkStatus],
    containers: [...mapsAt(status, "initContainerStatuses"), ...mapsAt(status, "containerStatuses")].flatMap(
      describeTrouble,
    ),
  };
}

/** A container that waits, has failed or was restarted. */
function describeTrouble(container: Fields): readonly ContainerFact[] {
  const states = mapAt(container, "state");
  const state = (["waiting", "terminated"] as const).find((each) => Object.hasOwn(states, each)) ?? "running";
  const restarts = numberAt(container, "restartCount") ?? 0;
  const last = mapAt(container, "lastState", "terminated");
  const now = mapAt(states, state);
  const exitCode = numberAt(now, "exitCode") ?? numberAt(last, "exitCode");
  const isFine = state === "running" || (state === "terminated" && exitCode === 0);
  if (isFine && restarts === 0) return [];
  const message = textAt(now, "message") ?? textAt(last, "message");
  return [
    {
      name: textAt(container, "name") ?? "",
      state,
      reason: textAt(now, "reason") ?? textAt(last, "reason"),
      message: hidden(message),
      exitCode,
      restarts,
    },
  ];
}

function hidden(text: string | undefined): string | undefined {
  return text === undefined ? undefined : hideSecrets(text);
}
