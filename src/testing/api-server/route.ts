// SPDX-License-Identifier: Apache-2.0
import { selfReviewPath } from "./access-review.ts";
import { guessKind, type ServedKind } from "./served-kinds.ts";

/** An object, a list or a subresource. */
export interface ResourceRoute {
  readonly to: "resource";
  readonly kind: ServedKind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** What a URL path is about. */
export type Route =
  | ResourceRoute
  | { readonly to: "discovery"; readonly group: string; readonly version: string }
  | { readonly to: "version" }
  | { readonly to: "groups" }
  | { readonly to: "self-review" }
  /** `guess`: the resource that the path would mean if it existed. */
  | { readonly to: "nowhere"; readonly guess?: ResourceRoute };

/** Finds out what `path` (without query) addresses, among the kinds that are served. */
export function findRoute(path: string, kinds: readonly ServedKind[]): Route {
  const segments = path.split("/").slice(1).map(decodeURIComponent);
  if (path === "/version") return { to: "version" };
  if (path === "/apis") return { to: "groups" };
  if (path === selfReviewPath) return { to: "self-review" };
  const [root, ...rest] = segments;
  if (root === "api") return inGroup("", rest, kinds);
  if (root === "apis" && rest[0]) return inGroup(rest[0], rest.slice(1), kinds);
  return { to: "nowhere" };
}

function inGroup(group: string, segments: readonly string[], kinds: readonly ServedKind[]): Route {
  const [version, ...rest] = segments;
  if (version === undefined) return { to: "nowhere" };
  const served = kinds.filter((kind) => kind.group === group && kind.version === version);
  if (rest.length === 0) return served.length > 0 ? { to: "discovery", group, version } : { to: "nowhere" };
  const inNamespace = rest[0] === "namespaces" && rest.length > 2;
  const namespace = inNamespace ? rest[1] : undefined;
  const [plural = "", name, subresource, ...more] = inNamespace ? rest.slice(2) : rest;
  const kind = served.find((each) => each.plural === plural);
  const route = { to: "resource", namespace, name, subresource } as const;
  const isPlaced = kind?.namespaced === false ? !inNamespace : inNamespace || name === undefined;
  if (kind !== undefined && isPlaced && more.length === 0) return { ...route, kind };
  return { to: "nowhere", guess: { ...route, kind: kind ?? guessKind(group, version, plural) } };
}
