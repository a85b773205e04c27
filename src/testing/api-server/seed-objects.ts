// SPDX-License-Identifier: Apache-2.0
import { isJson, type Json, mappingAt, textAt } from "./api-object.ts";
import type { ObjectStore } from "./object-store.ts";
import { groupVersionOf, namespaceKind, type ServedKind } from "./served-kinds.ts";

/**
 * Stores objects as `kubectl get -o json` prints them, with the uid that they have, and the namespaces that
 * they need. Throws a TypeError for an object of a kind that is not served.
 */
export function seedObjects(
  store: ObjectStore,
  kinds: readonly ServedKind[],
  objects: readonly unknown[],
): void {
  for (const namespace of ["default", "kube-system"]) ensureNamespace(store, namespace);
  for (const object of objects) seedOne(store, kinds, object);
}

function seedOne(store: ObjectStore, kinds: readonly ServedKind[], object: unknown): void {
  if (!isJson(object)) throw new TypeError("an object of the API server double is no mapping");
  const kind = kinds.find((each) => groupVersionOf(each) === object.apiVersion && each.kind === object.kind);
  if (kind === undefined) {
    const name = `${textAt(object, "apiVersion")} ${textAt(object, "kind")}`;
    throw new TypeError(`the API server double serves no ${name}`);
  }
  // A version of its own would lie behind what watchers have seen.
  const { resourceVersion: _, ...metadata } = mappingAt(object, "metadata");
  const name = textAt(metadata, "name");
  const namespace = kind.namespaced ? textAt(metadata, "namespace") || "default" : undefined;
  if (namespace !== undefined) ensureNamespace(store, namespace);
  store.add(kind, object, { ...metadata, name, ...(namespace === undefined ? {} : { namespace }) });
}

function ensureNamespace(store: ObjectStore, name: string): void {
  if (store.get(namespaceKind, undefined, name) !== undefined) return;
  const object: Json = { status: { phase: "Active" } };
  store.add(namespaceKind, object, { name });
}
