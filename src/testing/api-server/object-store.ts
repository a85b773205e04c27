// SPDX-License-Identifier: Apache-2.0
import type { ApiObject, Json } from "./api-object.ts";
import { groupVersionOf, type ServedKind } from "./served-kinds.ts";

/** A change as a watch tells it. */
export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly kind: ServedKind;
  readonly object: ApiObject;
  /** As it was; undefined for a new one. */
  readonly before: ApiObject | undefined;
  readonly version: number;
}

/** Objects with one counter for all versions, and the changes since the oldest version that is remembered. */
export interface ObjectStore {
  version(): number;
  /** Changes before this version are forgotten. */
  oldestVersion(): number;
  get(kind: ServedKind, namespace: string | undefined, name: string): ApiObject | undefined;
  /** Sorted by namespace and name, as etcd's keys are. */
  list(kind: ServedKind, namespace: string | undefined): readonly ApiObject[];
  /**
   * Stores an object, in the place of one of its name if there is one; keeps `uid`, `creationTimestamp`,
   * `resourceVersion` that a seed has.
   */
  add(kind: ServedKind, object: Json, metadata: SeedMetadata): ApiObject;
  /** Gives the object a new version, unless nothing changed. */
  replace(kind: ServedKind, object: ApiObject): ApiObject;
  remove(kind: ServedKind, object: ApiObject): ApiObject;
  changesSince(version: number): readonly Change[];
  /** Forgets all changes: a watch or a continue token from before gets a 410. */
  compact(): void;
  /** Returns how to stop. */
  onChange(listener: (change: Change) => void): () => void;
}

/** The metadata of an object to be stored. */
export interface SeedMetadata extends Json {
  readonly name: string;
  readonly namespace?: string;
}

/** An empty store; versions start high, as in a cluster that has lived for a while. */
export function createObjectStore(firstVersion = 10_000): ObjectStore {
  const objects = new Map<string, ApiObject>();
  const listeners = new Set<(change: Change) => void>();
  let changes: Change[] = [];
  let version = firstVersion;
  let oldest = firstVersion;

  function announce(told: Omit<Change, "version">): ApiObject {
    const change: Change = { ...told, version: Number(told.object.metadata.resourceVersion) };
    changes.push(change);
    for (const listener of listeners) listener(change);
    return told.object;
  }

  return {
    version: () => version,
    oldestVersion: () => oldest,
    get: (kind, namespace, name) => objects.get(keyOf(kind, namespace, name)),
    list(kind, namespace) {
      const prefix = namespace === undefined ? folderOf(kind) : keyOf(kind, namespace, "");
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix));
      return keys.sort().flatMap((key) => objects.get(key) ?? []);
    },
    add(kind, object, metadata) {
      version += 1;
      const stored: ApiObject = {
        ...object,
        apiVersion: groupVersionOf(kind),
        kind: kind.kind,
        metadata: {
          uid: crypto.randomUUID(),
          resourceVersion: String(version),
          creationTimestamp: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
          ...(kind.custom || kind.plural === "pods" ? { generation: 1 } : {}),
          ...metadata,
        },
      };
      version = Math.max(version, Number(stored.metadata.resourceVersion));
      const before = objects.get(keyOf(kind, metadata.namespace, metadata.name));
      objects.set(keyOf(kind, metadata.namespace, metadata.name), stored);
      return announce({ type: before === undefined ? "ADDED" : "MODIFIED", kind, object: stored, before });
    },
    replace(kind, object) {
      version += 1;
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
      const before = objects.get(keyOf(kind, object.metadata.namespace, object.metadata.name));
      objects.set(keyOf(kind, object.metadata.namespace, object.metadata.name), stored);
      return announce({ type: "MODIFIED", kind, object: stored, before });
    },
    remove(kind, object) {
      version += 1;
      objects.delete(keyOf(kind, object.metadata.namespace, object.metadata.name));
      const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
      return announce({ type: "DELETED", kind, object: last, before: object });
    },
    changesSince: (since) => changes.filter((change) => change.version > since),
    compact() {
      changes = [];
      oldest = version;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function keyOf(kind: ServedKind, namespace: string | undefined, name: string): string {
  return `${folderOf(kind)}${namespace ?? ""}/${name}`;
}

function folderOf(kind: ServedKind): string {
  return `${kind.group}/${kind.plural}/`;
}
