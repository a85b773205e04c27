// SPDX-License-Identifier: Apache-2.0

/** What a cache files objects under. */
export interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** The objects of one resource, as the API server last told. */
export interface ObjectCache<T extends Named> {
  get(namespace: string, name: string): T | undefined;
  all(): readonly T[];
  set(object: T): void;
  delete(object: Named): void;
  /** Makes the cache hold these, and only these. */
  replace(objects: readonly T[]): void;
  /** Called with every object that is set; returns how to stop. */
  onSet(listener: (object: T) => void): () => void;
}

/** An empty cache. */
export function createObjectCache<T extends Named>(): ObjectCache<T> {
  const listeners = new Set<(object: T) => void>();
  const objects = new Map<string, T>();
  const set = (object: T): void => {
    objects.set(keyOf(object), object);
    for (const listener of [...listeners]) listener(object);
  };
  return {
    get: (namespace, name) => objects.get(keyOf({ namespace, name })),
    all: () => [...objects.values()],
    set,
    delete: (object) => {
      objects.delete(keyOf(object));
    },
    replace(listed) {
      const kept = new Set(listed.map(keyOf));
      for (const key of [...objects.keys()]) if (!kept.has(key)) objects.delete(key);
      for (const object of listed) set(object);
    },
    onSet(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function keyOf({ namespace, name }: Named): string {
  return `${namespace}/${name}`;
}
