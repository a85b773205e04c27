// SPDX-License-Identifier: Apache-2.0
import { annotationKeys } from "../../attachments/index.ts";
import {
  type ConfContent,
  type CrdFact,
  type Fact,
  known,
  type NetworkFact,
  readConfContent,
} from "../../diagnosis/facts/index.ts";
import { factResources } from "./fact-resources.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { managersOf } from "./managed-by.ts";
import { type Fields, mapsAt, nameOf, namespaceOf, textAt, textMapAt, textsAt } from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";

/** The NetworkAttachmentDefinitions of all namespaces, by namespace and name. */
export async function readNetworks(source: ObjectSource): Promise<Fact<readonly NetworkFact[]>> {
  const listed = await source.list({ resource: factResources.networks, convert: describeNetwork });
  if (listed.kind !== "known") return listed;
  return known(listed.value.toSorted(byNamespaceAndName));
}

/** The CustomResourceDefinition of NetworkAttachmentDefinitions. */
export async function readCrd(source: ObjectSource): Promise<Fact<CrdFact>> {
  const { group, plural } = factResources.networks;
  const found = await source.get({ resource: factResources.definitions, name: `${plural}.${group}` });
  return found.kind === "known" ? known(describeCrd(found.value)) : found;
}

/** For lists that have to be the same each time. */
export function byNamespaceAndName(
  one: { readonly namespace: string; readonly name: string },
  other: { readonly namespace: string; readonly name: string },
): number {
  const [a, b] = [`${one.namespace}/${one.name}`, `${other.namespace}/${other.name}`];
  return a < b ? -1 : Number(a > b);
}

function describeNetwork(object: Fields): NetworkFact {
  const annotations = textMapAt(object, "metadata", "annotations");
  const config = textAt(object, "spec", "config");
  const [namespace, name] = [namespaceOf(object), nameOf(object)];
  return {
    namespace,
    name,
    createdAt: textAt(object, "metadata", "creationTimestamp"),
    managedBy: managersOf(object),
    resourceName: annotations[annotationKeys.resourceName],
    config: config === undefined ? undefined : hideSecrets(config),
    // One without text means the configuration of its name on the node.
    content:
      config === undefined || config.trim() === "" ? undefined : contentOf(config, { namespace, name }),
  };
}

function contentOf(
  config: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): ConfContent {
  const content = readConfContent(
    config,
    `NetworkAttachmentDefinition ${namespace}/${name} spec.config`,
    name,
  );
  return { ...content, problem: content.problem === undefined ? undefined : hideSecrets(content.problem) };
}

function describeCrd(definition: Fields | undefined): CrdFact {
  const object = definition ?? {};
  const established = mapsAt(object, "status", "conditions").find(({ type }) => type === "Established");
  return {
    exists: definition !== undefined,
    versions: mapsAt(object, "spec", "versions")
      .filter(({ served }) => served === true)
      .map((version) => textAt(version, "name") ?? ""),
    storedVersions: textsAt(object, "status", "storedVersions"),
    established: established && textAt(established, "status") === "True",
    keptByHelm: textMapAt(object, "metadata", "annotations")["helm.sh/resource-policy"] === "keep",
    managedBy: managersOf(object),
  };
}
