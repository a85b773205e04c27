// SPDX-License-Identifier: Apache-2.0
import type { ClusterAccess } from "../../cluster/index.ts";

/** The cluster as a kubeconfig names it; nothing secret is in it. */
export type ClusterPlace = Pick<ClusterAccess, "server" | "ca" | "serverName" | "skipTlsVerify" | "proxyUrl">;

/** A kubeconfig that names no other file: `place` with its authority in it, and a token. YAML text. */
export function kubeconfigText(place: ClusterPlace, token: string): string {
  const cluster = {
    server: place.server,
    "certificate-authority-data":
      place.ca === undefined ? undefined : Buffer.from(place.ca.text).toString("base64"),
    "tls-server-name": place.serverName,
    "insecure-skip-tls-verify": place.skipTlsVerify || undefined,
    "proxy-url": place.proxyUrl,
  };
  return [
    "# Written by plures agent, which keeps it fresh and takes back what others change.",
    "apiVersion: v1",
    "kind: Config",
    "clusters:",
    "- name: local",
    // JSON is YAML, and quotes what must be quoted.
    `  cluster: ${JSON.stringify(cluster)}`,
    "users:",
    "- name: plures",
    `  user: ${JSON.stringify({ token })}`,
    "contexts:",
    "- name: local",
    "  context: { cluster: local, user: plures }",
    "current-context: local",
    "",
  ].join("\n");
}
