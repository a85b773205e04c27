// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from "node:util";
import { type ApiObject, isJson, type Json, mappingAt, textAt } from "./api-object.ts";
import type { ObjectStore } from "./object-store.ts";
import { jsonPatch, mergePatch } from "./patch.ts";
import { groupVersionOf, type ServedKind } from "./served-kinds.ts";
import {
  type Answer,
  alreadyExists,
  badRequest,
  conflict,
  deleted,
  failedPatchTest,
  invalid,
  notFound,
  refuse,
  uidPrecondition,
} from "./status-object.ts";
import { validateChange, validateNew } from "./validate.ts";

/** The object that a write is about. */
export interface Target {
  readonly kind: ServedKind;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: string | undefined;
}

/** A request's body as it came. */
export interface Payload {
  readonly text: string;
  readonly contentType: string;
}

/** POST: stores a new object. */
export function createObject(store: ObjectStore, target: Omit<Target, "name">, payload: Payload): Answer {
  const { kind, namespace } = target;
  const body = parseObject(kind, payload.text);
  if ("code" in body) return body;
  const metadata = mappingAt(body.object, "metadata");
  const name = textAt(metadata, "name") || generatedName(textAt(metadata, "generateName"));
  if (namespace !== undefined && textAt(metadata, "namespace") !== "" && metadata.namespace !== namespace) {
    return badRequest(
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  }
  const causes = validateNew(kind, body.object, name);
  if (causes.length > 0) return invalid(kind, name, causes);
  if (store.get(kind, namespace, name) !== undefined) return alreadyExists(kind, name);
  // What only the server may set is taken out of what the client sent.
  const { uid: _, resourceVersion: __, creationTimestamp: ___, ...kept } = metadata;
  const place = namespace === undefined ? { name } : { name, namespace };
  return { code: 201, body: store.add(kind, body.object, { ...kept, ...place }) };
}

/** PUT: replaces an object whose resourceVersion, if it is sent, is still the same. */
export function updateObject(store: ObjectStore, target: Target, payload: Payload): Answer {
  const { kind, name } = target;
  const before = store.get(kind, target.namespace, name);
  if (before === undefined) return notFound(kind, name);
  const body = parseObject(kind, payload.text);
  if ("code" in body) return body;
  const { uid } = mappingAt(body.object, "metadata");
  if (typeof uid === "string" && uid !== before.metadata.uid) {
    return conflict(kind, name, uidPrecondition(uid, before.metadata.uid));
  }
  return save(store, target, { before, after: body.object });
}

/**
 * PATCH: merge and JSON patches; a strategic one is taken for a merge patch, which is the same for
 * annotations.
 */
export function patchObject(store: ObjectStore, target: Target, payload: Payload): Answer {
  const { kind, name } = target;
  const before = store.get(kind, target.namespace, name);
  if (before === undefined) return notFound(kind, name);
  const patch = parseJson(payload.text);
  if (patch === undefined) return badRequest(`error decoding patch: ${payload.text.slice(0, 40)} is no JSON`);
  switch (payload.contentType) {
    case "application/merge-patch+json":
      return save(store, target, { before, after: mergePatch(before, patch.value) });
    case "application/strategic-merge-patch+json":
      if (kind.custom) return unsupportedMedia(payload.contentType);
      return save(store, target, { before, after: mergePatch(before, patch.value) });
    case "application/json-patch+json": {
      const patched = jsonPatch(before, patch.value);
      if (patched.kind === "test-failed") return failedPatchTest;
      if (patched.kind === "malformed") return failedPatchTest;
      return save(store, target, { before, after: patched.value });
    }
    default:
      return unsupportedMedia(payload.contentType);
  }
}

/** DELETE, with the preconditions of its body. Finalizers keep the object until they are gone. */
export function deleteObject(store: ObjectStore, target: Target, payload: Payload): Answer {
  const { kind, name } = target;
  const before = store.get(kind, target.namespace, name);
  if (before === undefined) return notFound(kind, name);
  const options = payload.text === "" ? undefined : parseJson(payload.text)?.value;
  const wanted = isJson(options) ? textAt(mappingAt(options, "preconditions"), "uid") : "";
  if (wanted !== "" && wanted !== before.metadata.uid) {
    return conflict(kind, name, uidPrecondition(wanted, before.metadata.uid));
  }
  if (finalizersOf(before).length > 0) {
    const deletionTimestamp = before.metadata.deletionTimestamp ?? new Date().toISOString();
    const marked = { ...before, metadata: { ...before.metadata, deletionTimestamp } };
    return { code: 200, body: store.replace(kind, marked) };
  }
  const last = store.remove(kind, before);
  // Pods answer with themselves, other kinds with a Status.
  return kind.plural === "pods" ? { code: 200, body: last } : deleted(kind, name, before.metadata.uid);
}

function save(
  store: ObjectStore,
  target: Target,
  change: { readonly before: ApiObject; readonly after: unknown },
): Answer {
  const { kind, name, subresource } = target;
  const { before, after } = change;
  if (!isJson(after)) return badRequest("the patched object is no mapping");
  const sentVersion = textAt(mappingAt(after, "metadata"), "resourceVersion");
  if (sentVersion !== "" && sentVersion !== before.metadata.resourceVersion) return conflict(kind, name);
  const causes = validateChange(before, after);
  if (causes.length > 0) return invalid(kind, name, causes);
  const next = merge(kind, { before, after, subresource });
  if (isDeepStrictEqual(next, before)) return { code: 200, body: before };
  const stored = store.replace(kind, next);
  const isFinished = stored.metadata.deletionTimestamp !== undefined && finalizersOf(stored).length === 0;
  if (isFinished) store.remove(kind, stored);
  return { code: 200, body: stored };
}

function merge(
  kind: ServedKind,
  change: { readonly before: ApiObject; readonly after: Json; readonly subresource: string | undefined },
): ApiObject {
  const { before, after, subresource } = change;
  // The status subresource changes status and metadata; the object itself changes all but the status.
  const content = subresource === "status" ? { ...before, status: after.status } : { ...after };
  if (kind.hasStatus && subresource !== "status") Object.assign(content, { status: before.status });
  const { name, namespace, uid, resourceVersion, creationTimestamp, generation } = before.metadata;
  const fixed = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid,
    resourceVersion,
    creationTimestamp,
  };
  const isSpecChanged = !isDeepStrictEqual(before.spec, "spec" in content ? content.spec : undefined);
  const counted = generation === undefined ? {} : { generation: generation + (isSpecChanged ? 1 : 0) };
  const metadata = { ...mappingAt(after, "metadata"), ...fixed, ...counted };
  const merged = { ...content, apiVersion: before.apiVersion, kind: before.kind, metadata };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined),
  ) as typeof merged; // Only undefined keys go.
}

function finalizersOf(object: ApiObject): readonly unknown[] {
  const { finalizers } = object.metadata;
  return Array.isArray(finalizers) ? finalizers : [];
}

function parseObject(kind: ServedKind, text: string): { readonly object: Json } | Answer {
  const parsed = parseJson(text)?.value;
  if (!isJson(parsed)) {
    const problem = `couldn't get version/kind; json parse error: unexpected end of JSON input (${text.slice(0, 100)})`;
    return badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ${problem}`);
  }
  const { apiVersion = groupVersionOf(kind), kind: kindName = kind.kind } = parsed;
  if (apiVersion === groupVersionOf(kind) && kindName === kind.kind) return { object: parsed };
  return badRequest(
    `${String(kindName)} in version ${JSON.stringify(apiVersion)} cannot be handled as a ${kind.kind}`,
  );
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function generatedName(prefix: string): string {
  return prefix === "" ? "" : `${prefix}${crypto.randomUUID().slice(0, 5)}`;
}

function unsupportedMedia(contentType: string): Answer {
  const message = `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json (got ${contentType})`;
  return refuse({ code: 415, reason: "UnsupportedMediaType", message, details: {} });
}
