// SPDX-License-Identifier: Apache-2.0
import type { DaemonSet } from "kubernetes-types/apps/v1";
import type { ConfigMap, ServiceAccount } from "kubernetes-types/core/v1";
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "kubernetes-types/rbac/v1";
import type { NetworkAttachmentCrd } from "./network-attachment-crd.ts";

/** The kinds of objects that an installation is made of. */
export type KubernetesObject =
  | ClusterRole
  | ClusterRoleBinding
  | ConfigMap
  | DaemonSet
  | NetworkAttachmentCrd
  | Role
  | RoleBinding
  | ServiceAccount;

/** Why a part of an object is as it is, for whoever reads the written file. */
export interface Comment {
  /** Keys and indexes from the top of the object; of the object itself `[]`. */
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** One object with its reasons. */
export interface Manifest<O extends KubernetesObject = KubernetesObject> {
  readonly object: O;
  readonly comments: readonly Comment[];
}

/** A part of an object with the reason for it. */
export interface Reasoned<T> {
  readonly value: T;
  readonly reason: string;
}

/** The values of a list of parts. */
export function valuesOf<T>(rows: readonly Reasoned<T>[]): T[] {
  return rows.map(({ value }) => value);
}

/** The comments of a list of parts that stands at `path`. */
export function commentsOf(path: Comment["path"], rows: readonly Reasoned<unknown>[]): readonly Comment[] {
  return rows.map(({ reason }, index) => ({ path: [...path, index], text: reason }));
}
