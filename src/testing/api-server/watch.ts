// SPDX-License-Identifier: Apache-2.0
import type { ApiObject } from "./api-object.ts";
import type { Change, ObjectStore } from "./object-store.ts";
import { type Reading, render } from "./read-object.ts";
import type { Predicate } from "./selectors.ts";
import { groupVersionOf } from "./served-kinds.ts";
import { expired } from "./status-object.ts";

/** One line of a watch. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: unknown;
}

/** Where a watch sends its lines, and how it learns that nobody listens any more. */
export interface WatchOptions {
  readonly store: ObjectStore;
  readonly reading: Reading;
  readonly matches: Predicate;
  readonly bookmarkEveryMs: number;
  send(event: WatchEvent): void;
  end(): void;
}

/**
 * Tells what changes from the query's resourceVersion on: first the initial events, if any, then live changes
 * and bookmarks, until `timeoutSeconds`. A version that is forgotten gets one ERROR event (410 Expired).
 * Returns how to stop.
 */
export function startWatch(options: WatchOptions): () => void {
  const { store, reading, send, end } = options;
  const from = reading.query.get("resourceVersion") ?? "";
  const version = Number(from);
  if (version > 0 && version < store.oldestVersion()) {
    const message = `too old resource version: ${from} (${store.oldestVersion()})`;
    send({ type: "ERROR", object: expired(message).body });
    end();
    return () => {};
  }
  const wantsBookmarks = reading.query.get("allowWatchBookmarks") === "true";
  const isInitial = reading.query.get("sendInitialEvents") === "true" || version === 0;
  if (isInitial) sendInitialEvents(options);
  else for (const change of store.changesSince(version)) forward(options, change);
  if (wantsBookmarks && reading.query.get("sendInitialEvents") === "true") send(bookmark(options, true));
  const unsubscribe = store.onChange((change) => {
    // A version that is yet to come: changes before it are not told, as with the API server.
    if (change.version > version) forward(options, change);
  });
  const ticking = wantsBookmarks
    ? setInterval(() => send(bookmark(options, false)), options.bookmarkEveryMs)
    : undefined;
  const timeoutMs = Number(reading.query.get("timeoutSeconds") ?? "1800") * 1000;
  const ending = setTimeout(() => {
    if (wantsBookmarks) send(bookmark(options, false));
    stop();
    end();
  }, timeoutMs);
  function stop(): void {
    unsubscribe();
    clearInterval(ticking);
    clearTimeout(ending);
  }
  return stop;
}

function sendInitialEvents({ store, reading, matches, send }: WatchOptions): void {
  for (const object of store.list(reading.kind, reading.namespace)) {
    if (matches(object)) send({ type: "ADDED", object: render(object, reading) });
  }
}

/** As the API server does: who comes into the selection is added, who leaves it is deleted. */
function forward({ reading, matches, send }: WatchOptions, change: Change): void {
  const { kind, object, before } = change;
  if (kind !== reading.kind || !isIn(reading.namespace, object)) return;
  const was = before !== undefined && matches(before);
  const is = change.type !== "DELETED" && matches(object);
  if (!was && !is) return;
  const type = was && is ? "MODIFIED" : is ? "ADDED" : "DELETED";
  send({ type, object: render(object, reading) });
}

function isIn(namespace: string | undefined, object: ApiObject): boolean {
  return namespace === undefined || object.metadata.namespace === namespace;
}

function bookmark({ store, reading }: WatchOptions, isInitialEnd: boolean): WatchEvent {
  const annotations = isInitialEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  const metadata = { ...annotations, resourceVersion: String(store.version()) };
  return {
    type: "BOOKMARK",
    object: { kind: reading.kind.kind, apiVersion: groupVersionOf(reading.kind), metadata },
  };
}
