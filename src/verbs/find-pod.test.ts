// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { parseMultusConfig } from "../attachments/index.ts";
import { CniError, parseRequest } from "../cni/index.ts";
import { findPod } from "./find-pod.ts";
import type { Cluster } from "./ports.ts";

const unreachable = async () => ({ kind: "unreachable", error: new CniError(11, "no answer") }) as const;
const cluster: Cluster = {
  readPod: unreachable,
  readNetwork: unreachable,
  namespacesOfNetwork: async () => [],
  writeNetworkStatus: unreachable,
  emitEvent: async () => {},
};

const rows = [
  { title: "a pod that was plain when it was last seen", pod: "default/plain", kind: "unasked" },
  { title: "another pod", pod: "default/web", kind: undefined },
  {
    title: "a plain pod of which the runtime tells that it asks now",
    asks: true,
    pod: "default/plain",
    kind: undefined,
  },
  { title: "a pod of a system namespace", pod: "kube-system/dns", kind: "unasked" },
];

for (const { title, pod, asks = false, kind } of rows) {
  test(`nobody can be asked: ${title} ${kind === undefined ? "does not start" : "starts"}`, async () => {
    const annotations = asks ? { "k8s.v1.cni.cncf.io/networks": "a" } : undefined;
    const text = JSON.stringify({
      cniVersion: "1.1.0",
      delegates: [{ cniVersion: "1.0.0", type: "bridge" }],
      runtimeConfig: { "io.kubernetes.cri.pod-annotations": annotations },
    });
    const [namespace, name] = pod.split("/");
    const request = parseRequest(
      {
        CNI_COMMAND: "ADD",
        CNI_CONTAINERID: "c1",
        CNI_NETNS: "/run/netns/x",
        CNI_IFNAME: "eth0",
        CNI_PATH: "/opt/cni/bin",
        CNI_ARGS: `K8S_POD_NAMESPACE=${namespace};K8S_POD_NAME=${name};K8S_POD_UID=u-1`,
      },
      text,
    );
    const plainPods = {
      knows: async (asked: { uid: string; name: string }) => asked.uid === "u-1" && asked.name === "plain",
    };
    const finding = findPod(request, parseMultusConfig(text), { cluster, log: () => {}, plainPods });
    if (kind === undefined) await expect(finding).rejects.toMatchObject({ code: 11 });
    else expect(await finding).toMatchObject({ kind });
  });
}
