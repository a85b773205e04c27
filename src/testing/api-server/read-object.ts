// SPDX-License-Identifier: Apache-2.0
import type { ApiObject } from "./api-object.ts";
import type { ObjectStore } from "./object-store.ts";
import { type Predicate, parseFieldSelector, parseLabelSelector } from "./selectors.ts";
import { groupVersionOf, type ServedKind } from "./served-kinds.ts";
import { type Answer, badRequest, expired, notFound, tooLarge } from "./status-object.ts";

/** A read of objects. */
export interface Reading {
  readonly kind: ServedKind;
  readonly namespace: string | undefined;
  readonly query: URLSearchParams;
  /** The client asked for metadata alone (PartialObjectMetadata). */
  readonly metadataOnly: boolean;
}

/** GET of one object. */
export function getObject(store: ObjectStore, reading: Reading, name: string): Answer {
  const object = store.get(reading.kind, reading.namespace, name);
  return object === undefined ? notFound(reading.kind, name) : { code: 200, body: render(object, reading) };
}

/** What the selectors of a query choose, or the refusal. */
export function readSelectors(reading: Reading): { readonly matches: Predicate } | Answer {
  const fields = parseFieldSelector(reading.query.get("fieldSelector") ?? "", reading.kind);
  if (fields.kind === "unsupported") return badRequest(fields.message);
  const labels = parseLabelSelector(reading.query.get("labelSelector") ?? "");
  if (labels.kind === "unsupported") return badRequest(labels.message);
  return { matches: (object) => fields.matches(object) && labels.matches(object) };
}

/** GET of a list: selectors, `limit` and `continue`. */
export function listObjects(store: ObjectStore, reading: Reading): Answer {
  const selected = readSelectors(reading);
  if ("code" in selected) return selected;
  const start = readContinue(store, reading.query.get("continue"));
  if (typeof start !== "string") return start;
  const all = store.list(reading.kind, reading.namespace).filter(selected.matches);
  const rest = all.filter((object) => keyOf(object) > start);
  const asked = reading.query.get("resourceVersion") ?? "";
  if (Number(asked) > store.version()) return tooLarge(asked, store.version());
  // From the server's memory ("any version"), where pages do not exist.
  const wanted = asked === "0" ? 0 : Number(reading.query.get("limit") ?? "0");
  const limit = wanted || rest.length;
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const version = String(store.version());
  const more =
    last !== undefined && rest.length > items.length
      ? { continue: writeContinue(version, keyOf(last)), remainingItemCount: rest.length - items.length }
      : {};
  const metadata = { resourceVersion: version, ...more };
  return {
    code: 200,
    body: { ...listHead(reading), metadata, items: items.map((item) => render(item, reading)) },
  };
}

/** The object as this client wants it. */
export function render(object: ApiObject, reading: Pick<Reading, "metadataOnly">): unknown {
  if (!reading.metadataOnly) return object;
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

function listHead({ kind, metadataOnly }: Reading) {
  if (metadataOnly) return { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1" };
  return { kind: `${kind.kind}List`, apiVersion: groupVersionOf(kind) };
}

function keyOf(object: ApiObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function writeContinue(version: string, start: string): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: Number(version), start })).toString(
    "base64url",
  );
}

function readContinue(store: ObjectStore, token: string | null): string | Answer {
  if (token === null || token === "") return "";
  try {
    const { rv, start }: { rv: unknown; start: unknown } = JSON.parse(
      Buffer.from(token, "base64url").toString(),
    );
    if (typeof start !== "string" || typeof rv !== "number") return badRequest("continue key is not valid");
    if (rv >= store.oldestVersion()) return start;
    return expired("The provided continue parameter is too old to display a consistent list result.");
  } catch {
    return badRequest("continue key is not valid");
  }
}
