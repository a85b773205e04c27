// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { type FoundKubeconfig, findKubeconfig } from "./find-kubeconfig.ts";

const k3s = "/etc/rancher/k3s/k3s.yaml";
const file = (path: string): FoundKubeconfig => ({ kind: "file", path });
const listed = (path: string): FoundKubeconfig => ({ kind: "file", path, by: "$KUBECONFIG" });

interface Row {
  readonly named?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly there?: readonly string[];
}

test.each<[string, Row, FoundKubeconfig]>([
  [
    "the named one, there or not",
    { named: "k", there: [k3s] },
    { kind: "file", path: "k", by: "--kubeconfig" },
  ],
  [
    "KUBECONFIG before the user's own",
    { env: { KUBECONFIG: "/a", HOME: "/h" }, there: ["/a", "/h/.kube/config"] },
    listed("/a"),
  ],
  ["the first of KUBECONFIG that is there", { env: { KUBECONFIG: ":/a:/b" }, there: ["/b"] }, listed("/b")],
  [
    "KUBECONFIG although it is not there: somebody meant it",
    { env: { KUBECONFIG: "/a" }, there: [k3s] },
    listed("/a"),
  ],
  [
    "the user's own before a distribution's",
    { env: { HOME: "/h" }, there: ["/h/.kube/config", k3s] },
    file("/h/.kube/config"),
  ],
  ["that of k3s", { env: { HOME: "/h" }, there: [k3s] }, file(k3s)],
  [
    "that of MicroK8s",
    { there: ["/var/snap/microk8s/current/credentials/client.config"] },
    file("/var/snap/microk8s/current/credentials/client.config"),
  ],
  [
    "the ServiceAccount of our pod",
    { env: { KUBERNETES_SERVICE_HOST: "10.43.0.1" } },
    { kind: "in-cluster" },
  ],
])("%s", (_, { named, env = {}, there = [] }, found) => {
  expect(findKubeconfig({ named, env, exists: (path) => there.includes(path) })).toEqual(found);
});
