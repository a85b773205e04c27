// SPDX-License-Identifier: Apache-2.0

/** A kind of object that the double serves. */
export interface ServedKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Served because of a CRD: fewer field selectors, no unknown path below its group. */
  readonly custom: boolean;
  readonly hasStatus: boolean;
  readonly shortNames: readonly string[];
}

type Row = readonly [
  group: string,
  version: string,
  plural: string,
  kind: string,
  traits: string,
  shortNames?: string,
];

// Traits: n = namespaced, s = status subresource, c = custom.
const rows: readonly Row[] = [
  ["", "v1", "nodes", "Node", "s", "no"],
  ["", "v1", "pods", "Pod", "ns", "po"],
  ["", "v1", "events", "Event", "n", "ev"],
  ["", "v1", "services", "Service", "ns", "svc"],
  ["", "v1", "secrets", "Secret", "n"],
  ["", "v1", "configmaps", "ConfigMap", "n", "cm"],
  ["", "v1", "serviceaccounts", "ServiceAccount", "n", "sa"],
  ["coordination.k8s.io", "v1", "leases", "Lease", "n"],
  [
    "k8s.cni.cncf.io",
    "v1",
    "network-attachment-definitions",
    "NetworkAttachmentDefinition",
    "nc",
    "nad,net-attach-def",
  ],
];

function toKind([group, version, plural, kind, traits, shortNames]: Row): ServedKind {
  return {
    group,
    version,
    plural,
    singular: plural.replace(/s$/, ""),
    kind,
    namespaced: traits.includes("n"),
    custom: traits.includes("c"),
    hasStatus: traits.includes("s"),
    shortNames: shortNames?.split(",") ?? [],
  };
}

/** Namespaces: every server has them. */
export const namespaceKind: ServedKind = toKind(["", "v1", "namespaces", "Namespace", "s", "ns"]);

/** What is served unless told otherwise: enough for a node, with the CRD of the NPWG. */
export const defaultKinds: readonly ServedKind[] = [namespaceKind, ...rows.map(toKind)];

/** A kind that is not served, as a path names it: RBAC judges it all the same. */
export function guessKind(group: string, version: string, plural: string): ServedKind {
  return toKind([group, version, plural, "", "n"]);
}

/** `v1`, `k8s.cni.cncf.io/v1`. */
export function groupVersionOf(kind: ServedKind): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

/**
 * `pods`, `network-attachment-definitions.k8s.cni.cncf.io`: how messages of the API server name the resource.
 */
export function qualifiedPlural(kind: ServedKind): string {
  return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** `Pod`, `NetworkAttachmentDefinition.k8s.cni.cncf.io`. */
export function qualifiedKind(kind: ServedKind): string {
  return kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
}
