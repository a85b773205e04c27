// SPDX-License-Identifier: Apache-2.0

/**
 * The parts of a kubeconfig with one context; further keys of cluster and user as they are written in the
 * file.
 */
export interface KubeconfigParts {
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly user: Readonly<Record<string, unknown>>;
}

/** A kubeconfig in the form in which Multus writes its own, as YAML text. */
export function renderKubeconfig(parts: KubeconfigParts): string {
  return [
    "apiVersion: v1",
    "kind: Config",
    "clusters:",
    "- name: local",
    `  cluster: ${JSON.stringify(parts.cluster)}`,
    "users:",
    "- name: multus",
    `  user: ${JSON.stringify(parts.user)}`,
    "contexts:",
    "- name: multus-context",
    "  context:",
    "    cluster: local",
    "    user: multus",
    "current-context: multus-context",
    "",
  ].join("\n");
}
