// SPDX-License-Identifier: Apache-2.0
import { type ClusterFacts, type Fact, known, unknown } from "../../diagnosis/facts/index.ts";
import { readAccess } from "./access.ts";
import { readEvents } from "./events.ts";
import { factResources } from "./fact-resources.ts";
import { readKubevirt } from "./kubevirt.ts";
import { readMultusDaemonSets } from "./multus-daemon-sets.ts";
import { byNamespaceAndName, readCrd, readNetworks } from "./networks.ts";
import { readNodes } from "./nodes.ts";
import { type Fields, nameOf, namespaceOf, textAt } from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";
import { readPods } from "./pods.ts";
import { readPrimary } from "./primary.ts";
import { readRbac } from "./rbac.ts";

/** Called with what is looked at next, in the words of people. */
export type Progress = (what: string) => void;

/** Everything but where it was read. Never rejects: what cannot be read is unknown, with the reason. */
export async function readFactsOf(
  source: ObjectSource,
  progress: Progress,
): Promise<Omit<ClusterFacts, "origin">> {
  progress("looking at nodes and DaemonSets");
  const [version, apiGroups, allDaemonSets, crd] = await Promise.all([
    readVersion(source),
    readApiGroups(source),
    listDaemonSets(source),
    readCrd(source),
  ]);
  progress("looking at pods and networks");
  const nodes = await readNodes(source, apiGroups);
  const multusDaemonSets = await readMultusDaemonSets(source, allDaemonSets);
  const [networks, rbac, access, primary, pods, events] = await Promise.all([
    readNetworks(source),
    readRbac(source, multusDaemonSets),
    readAccess(source),
    readPrimary(source, { daemonSets: allDaemonSets, nodes }),
    readPods(source, multusDaemonSets),
    readEvents(source, multusDaemonSets),
  ]);
  const kubevirt = await readKubevirt(source, { apiGroups, pods });
  return {
    version,
    apiGroups,
    nodes,
    multusDaemonSets,
    crd,
    networks,
    rbac,
    access,
    primary,
    kubevirt,
    pods,
    events,
  };
}

/** When nobody can be asked, everything is unknown for the same reason. */
export function nothingKnown(reason: string): Omit<ClusterFacts, "origin"> {
  const fact = unknown(reason);
  return {
    version: fact,
    apiGroups: fact,
    nodes: fact,
    multusDaemonSets: fact,
    crd: fact,
    networks: fact,
    rbac: fact,
    access: fact,
    primary: fact,
    kubevirt: fact,
    pods: fact,
    events: fact,
  };
}

async function readVersion(source: ObjectSource): Promise<ClusterFacts["version"]> {
  const found = await source.version();
  if (found.kind !== "known") return found;
  const gitVersion = textAt(found.value, "gitVersion");
  if (gitVersion === undefined) return unknown("what /version answers has no gitVersion");
  return known({ gitVersion, platform: textAt(found.value, "platform") });
}

async function readApiGroups(source: ObjectSource): Promise<Fact<readonly string[]>> {
  const found = await source.apiGroups();
  return found.kind === "known" ? known(found.value.toSorted()) : found;
}

async function listDaemonSets(source: ObjectSource): Promise<Fact<readonly Fields[]>> {
  const listed = await source.list({ resource: factResources.daemonSets, convert: (object) => object });
  if (listed.kind !== "known") return listed;
  const named = listed.value.map((object) => ({
    object,
    namespace: namespaceOf(object),
    name: nameOf(object),
  }));
  return known(named.toSorted(byNamespaceAndName).map(({ object }) => object));
}
