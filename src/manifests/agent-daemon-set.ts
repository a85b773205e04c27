// SPDX-License-Identifier: Apache-2.0
import type { DaemonSet, DaemonSetSpec } from "kubernetes-types/apps/v1";
import type { Container, EnvVar, PodSpec, Probe, SecurityContext } from "kubernetes-types/core/v1";
import type { Installation } from "./installation.ts";
import type { Comment, Manifest } from "./manifest.ts";
import { accessName, agentLabels, configFile, configFolder, daemonSetName, selectorLabels } from "./names.ts";
import { type PodMounts, podMounts } from "./pod-mounts.ts";

const executable = "/usr/bin/plures";

/** The agent on every node, under upstream's names. */
export function agentDaemonSet(installation: Installation): Manifest<DaemonSet> {
  const mounts = podMounts(installation);
  return {
    object: {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: daemonSetName, namespace: installation.namespace, labels: agentLabels },
      spec: {
        selector: { matchLabels: selectorLabels },
        minReadySeconds: 10,
        updateStrategy,
        template: { metadata: { labels: agentLabels }, spec: podSpec(installation, mounts) },
      },
    },
    comments: [
      { path: [], text: `The agent on every node, for ${installation.nodes}.` },
      ...specReasons,
      ...mounts.volumeReasons(["spec", "template", "spec", "volumes"]),
    ],
  };
}

const updateStrategy: NonNullable<DaemonSetSpec["updateStrategy"]> = {
  type: "RollingUpdate",
  rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
};

function podSpec(installation: Installation, mounts: PodMounts): PodSpec {
  return {
    hostNetwork: true,
    priorityClassName: "system-node-critical",
    tolerations: [{ operator: "Exists" }],
    nodeSelector: { "kubernetes.io/os": "linux" },
    serviceAccountName: accessName,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    securityContext: { runAsUser: 0, runAsGroup: 0, seccompProfile: { type: "RuntimeDefault" } },
    initContainers: [installer(installation, mounts)],
    containers: [agent(installation, mounts)],
    volumes: mounts.volumes,
  };
}

function installer(installation: Installation, mounts: PodMounts): Container {
  return {
    name: "install-multus-binary",
    image: installation.image,
    imagePullPolicy: "IfNotPresent",
    command: [executable, "install-cni"],
    args: ["--bin-dir", installation.cniBinDir, "--cni-dir", installation.cniDir],
    resources: { requests: { cpu: "10m", memory: "64Mi" } },
    securityContext: securityContext(installation),
    volumeMounts: mounts.mountsOf("install-multus-binary"),
  };
}

function agent(installation: Installation, mounts: PodMounts): Container {
  return {
    name: "kube-multus",
    image: installation.image,
    imagePullPolicy: "IfNotPresent",
    command: [executable, "agent"],
    args: ["--config", `${configFolder}/${configFile}`],
    env: [...identity, ...agentRuntime],
    startupProbe: { ...probe(installation, "/healthz"), periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { ...probe(installation, "/healthz"), periodSeconds: 20, failureThreshold: 6 },
    readinessProbe: { ...probe(installation, "/readyz"), periodSeconds: 5, failureThreshold: 2 },
    resources: { requests: { cpu: "20m", memory: "80Mi" } },
    securityContext: securityContext(installation),
    volumeMounts: mounts.mountsOf("kube-multus"),
  };
}

function securityContext({ seLinuxType }: Installation): SecurityContext {
  return {
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    ...(seLinuxType === undefined ? {} : { seLinuxOptions: { type: seLinuxType } }),
  };
}

function probe({ port }: Installation, path: string): Probe {
  return { httpGet: { host: "127.0.0.1", port, path }, timeoutSeconds: 5 };
}

/** For the field selector, for events, and for tokens that end with the pod. */
const identity: EnvVar[] = [
  { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
  { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
  { name: "POD_UID", valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
  { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
];

/**
 * How much of the node's memory the runtime takes for granted, and no optimising compilers, which pay for
 * themselves only where a program computes for long. Measured in docs/performance.md.
 */
export const agentRuntime: readonly EnvVar[] = [
  { name: "BUN_JSC_forceRAMSize", value: String(64 * 1024 * 1024) },
  { name: "BUN_JSC_useDFGJIT", value: "0" },
];

const pod = ["spec", "template", "spec"] as const;
const agentContainer = [...pod, "containers", 0] as const;

const specReasons: readonly Comment[] = [
  {
    path: ["spec", "minReadySeconds"],
    text:
      "Both agents of a node have one address for probes, and the old one answers there until the new one has taken " +
      "over: sooner, the old one would be ended before there is another.",
  },
  {
    path: ["spec", "updateStrategy"],
    text:
      "The new agent takes over the socket while the old one finishes what it began, so no pod waits. No port " +
      "is declared below, or the scheduler would keep the two apart.",
  },
  {
    path: [...pod, "hostNetwork"],
    text: "The agent is there before the pod network is: it is what makes it.",
  },
  { path: [...pod, "tolerations"], text: "A node without the agent starts no pod that asks for networks." },
  {
    path: [...pod, "terminationGracePeriodSeconds"],
    text: "More than graceSeconds of the agent's configuration, 25.",
  },
  {
    path: [...pod, "securityContext"],
    text:
      "root without any capability: the owner of the folders below, and nothing more. No plugin runs in here, " +
      "no namespace of a pod is entered.",
  },
  {
    path: [...pod, "initContainers", 0],
    text: "Puts the CNI executable in place by renaming, so that it is never half there and never in use.",
  },
  {
    path: [...agentContainer, "env"],
    text:
      "Names tell whose pods are followed, and tie a token to this pod. The last two save some 15 to 25 MB: garbage is " +
      "collected as on a small machine, and what takes a millisecond per pod needs no optimising compilers.",
  },
  {
    path: [...agentContainer, "resources"],
    text: "No limits: an agent that is killed or slowed down costs more than it saves.",
  },
  {
    path: [...agentContainer, "volumeMounts"],
    text: "Every folder of the host is mounted at its own path, so that a path means the same on both sides.",
  },
  {
    path: [...agentContainer, "startupProbe"],
    text: "All probes go to the node's loopback, where nobody else can ask.",
  },
];
