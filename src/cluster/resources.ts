// SPDX-License-Identifier: Apache-2.0

/** A kind of object as the API serves it. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** The resources that a node needs. */
export const resources = {
  pods: { group: "", version: "v1", plural: "pods" },
  events: { group: "", version: "v1", plural: "events" },
  networks: { group: "k8s.cni.cncf.io", version: "v1", plural: "network-attachment-definitions" },
} as const satisfies Readonly<Record<string, Resource>>;

/** Which object, or which list when `name` is absent; all namespaces when `namespace` is absent. */
export interface ObjectPlace {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** The URL path of an object or a list. Names are to be checked with `canBeName` before. */
export function resourcePath(resource: Resource, place: ObjectPlace): string {
  const root = resource.group === "" ? "/api" : `/apis/${resource.group}`;
  const namespace = place.namespace === undefined ? [] : ["namespaces", place.namespace];
  const segments = [...namespace, resource.plural, place.name, place.subresource];
  const rest = segments.filter((segment) => segment !== undefined).map(encodeURIComponent);
  return `${root}/${resource.version}/${rest.join("/")}`;
}

/**
 * Whether an object can have this name (RFC 1123 subdomain). What cannot must not get into a path: `..` would
 * climb.
 */
export function canBeName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
}
