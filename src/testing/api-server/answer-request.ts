// SPDX-License-Identifier: Apache-2.0
import { denial, type User } from "./access-control.ts";
import { reviewAccess } from "./access-review.ts";
import type { ObjectStore } from "./object-store.ts";
import { getObject, listObjects, type Reading } from "./read-object.ts";
import { findRoute, type ResourceRoute, type Route } from "./route.ts";
import { namespaceKind, type ServedKind } from "./served-kinds.ts";
import { type Answer, notFound, pageNotFound, refuse } from "./status-object.ts";
import { createObject, deleteObject, type Payload, patchObject, updateObject } from "./write-object.ts";

/** A request of somebody who is known. */
export interface KnownRequest {
  readonly method: string;
  readonly url: URL;
  readonly accept: string;
  readonly user: User;
  readonly payload: Payload;
}

/** A finished answer, or a watch to be started. */
export type Outcome = { readonly answer: Answer } | { readonly watch: Reading };

/** Decides the answer to a request: RBAC first, then the verb. */
export function answerRequest(
  store: ObjectStore,
  kinds: readonly ServedKind[],
  request: KnownRequest,
): Outcome {
  const route = findRoute(request.url.pathname, kinds);
  const parts = { method: request.method, searchParams: request.url.searchParams };
  if (route.to !== "nowhere" && route.to !== "resource") {
    return { answer: answerAboutServer(route, kinds, request) };
  }
  if (route.to === "nowhere") {
    // RBAC does not know which resources exist: who has no rule learns nothing.
    const guessed =
      route.guess && denial(request.user, { verb: verbOf(parts, route.guess) ?? "get", ...route.guess });
    return { answer: guessed ?? pageNotFound };
  }
  const verb = verbOf(parts, route);
  if (verb === undefined) return { answer: methodNotAllowed(request.method) };
  const refusal = denial(request.user, { verb, ...route });
  if (refusal !== undefined) return { answer: refusal };
  if (route.subresource !== undefined && !(route.subresource === "status" && route.kind.hasStatus)) {
    return { answer: unknownSubresource };
  }
  const { kind, namespace } = route;
  const metadataOnly = /as=PartialObjectMetadata/.test(request.accept);
  const reading: Reading = { kind, namespace, query: request.url.searchParams, metadataOnly };
  return verb === "watch"
    ? { watch: reading }
    : { answer: carryOut(store, route, { verb, reading, payload: request.payload }) };
}

/** What every user may ask: what the server is, what it serves, and what the user may do. */
function answerAboutServer(
  route: Exclude<Route, { to: "nowhere" | "resource" }>,
  kinds: readonly ServedKind[],
  { method, user, payload }: KnownRequest,
): Answer {
  switch (route.to) {
    case "version":
      return { code: 200, body: { major: "1", minor: "36", gitVersion: "v1.36.2", platform: "linux/amd64" } };
    case "groups":
      return listGroups(kinds);
    case "self-review":
      return method === "POST" ? reviewAccess(user, payload.text) : methodNotAllowed(method);
    case "discovery":
      return discover(route, kinds);
  }
}

/** What a request wants to do in RBAC's words: `patch` `pods/status`; undefined where it is no resource. */
export function actionOf(
  { method, url }: { readonly method: string; readonly url: string },
  kinds: readonly ServedKind[],
): { readonly verb: string; readonly resource: string } | undefined {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const route = findRoute(pathname, kinds);
  const target = route.to === "nowhere" ? route.guess : route;
  if (target?.to !== "resource") return undefined;
  const verb = verbOf({ method, searchParams }, target);
  if (verb === undefined) return undefined;
  const { kind, subresource } = target;
  return { verb, resource: subresource === undefined ? kind.plural : `${kind.plural}/${subresource}` };
}

function carryOut(
  store: ObjectStore,
  route: ResourceRoute,
  work: { readonly verb: string; readonly reading: Reading; readonly payload: Payload },
): Answer {
  const { reading, payload } = work;
  const target = { ...route, name: route.name ?? "" };
  switch (work.verb) {
    case "get":
      return getObject(store, reading, target.name);
    case "list":
      return listObjects(store, reading);
    case "create":
      return missingNamespace(store, route) ?? createObject(store, target, payload);
    case "update":
      return updateObject(store, target, payload);
    case "patch":
      return patchObject(store, target, payload);
    default:
      return deleteObject(store, target, payload);
  }
}

const verbsOfObject: Readonly<Record<string, string>> = {
  GET: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

function verbOf(
  { method, searchParams }: { readonly method: string; readonly searchParams: URLSearchParams },
  route: ResourceRoute,
): string | undefined {
  if (route.name !== undefined) return verbsOfObject[method];
  if (method === "POST") return "create";
  if (method !== "GET") return undefined;
  return /^(1|true)$/.test(searchParams.get("watch") ?? "") ? "watch" : "list";
}

function missingNamespace(store: ObjectStore, { namespace }: ResourceRoute): Answer | undefined {
  if (namespace === undefined) return undefined;
  return store.get(namespaceKind, undefined, namespace) === undefined
    ? notFound(namespaceKind, namespace)
    : undefined;
}

const unknownSubresource = refuse({
  code: 404,
  reason: "NotFound",
  message: "the server could not find the requested resource",
  details: {},
});

function methodNotAllowed(method: string): Answer {
  const message = "the server does not allow this method on the requested resource";
  return refuse({ code: 405, reason: "MethodNotAllowed", message, details: { method } });
}

function listGroups(kinds: readonly ServedKind[]): Answer {
  const byGroup = Map.groupBy(kinds, ({ group }) => group);
  byGroup.delete("");
  const groups = Array.from(byGroup, ([name, ofGroup]) => {
    const names = [...new Set(ofGroup.map(({ version }) => version))];
    const versions = names.map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions, preferredVersion: versions[0] };
  });
  return { code: 200, body: { kind: "APIGroupList", apiVersion: "v1", groups } };
}

const verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

function discover(route: Extract<Route, { to: "discovery" }>, kinds: readonly ServedKind[]): Answer {
  const served = kinds.filter(({ group, version }) => group === route.group && version === route.version);
  const resources = served.map(({ plural, singular, namespaced, kind, shortNames }) => ({
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
  }));
  const groupVersion = route.group === "" ? route.version : `${route.group}/${route.version}`;
  return { code: 200, body: { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources } };
}
