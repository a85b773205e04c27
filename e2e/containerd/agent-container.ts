// SPDX-License-Identifier: Apache-2.0
import type { Container, EnvVar, PodSpec, VolumeMount } from "kubernetes-types/core/v1";
import { type ContainerRequest, namespaceModes } from "../../src/testing/cri/index.ts";

/** What a kubelet knows of a pod besides its specification. */
export interface PodFacts {
  readonly nodeName: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** What every container of the cluster is told of its API. */
  readonly apiServer: { readonly host: string; readonly port: number };
  /** Where each volume is on the node, by its name. */
  readonly volumes: ReadonlyMap<string, string>;
  /** The folder with token, CA certificate and namespace. */
  readonly serviceAccountDir: string;
}

/** Which container of which pod; `attempt` counts its restarts. */
export interface ContainerOfPod {
  readonly pod: PodSpec;
  readonly container: Container;
  readonly facts: PodFacts;
  readonly attempt: number;
}

/**
 * A container of a manifest in the words of the CRI, as a kubelet translates it. Throws for a key that it
 * does not know: nothing that a manifest says is passed over.
 */
export function containerConfig(of: ContainerOfPod): ContainerRequest["config"] {
  const { pod, container, facts, attempt } = of;
  refuseUnknown("pod", pod, knownKeys.pod);
  refuseUnknown(`container "${container.name}"`, container, knownKeys.container);
  return {
    metadata: { name: container.name, attempt },
    image: { image: container.image ?? "" },
    command: container.command ?? [],
    args: container.args ?? [],
    envs: [...serviceVariables(facts), ...(container.env ?? []).map((variable) => resolve(variable, of))],
    mounts: mounts(of),
    logPath: `${container.name}/${attempt}.log`,
    linux: { securityContext: securityContext(of) },
  };
}

/** What is translated here, carried out around it, or somebody else's: the scheduler's, the DaemonSet's. */
const knownKeys = {
  pod: [
    ...["initContainers", "containers", "volumes", "securityContext", "hostNetwork"],
    ...["serviceAccountName", "automountServiceAccountToken", "enableServiceLinks"],
    ...["terminationGracePeriodSeconds", "priorityClassName", "tolerations", "nodeSelector"],
  ],
  container: [
    ...["name", "image", "command", "args", "env", "volumeMounts", "securityContext"],
    ...["imagePullPolicy", "resources", "startupProbe", "livenessProbe", "readinessProbe"],
  ],
  podSecurity: ["runAsUser", "runAsGroup", "seccompProfile"],
  security: ["privileged", "allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities"],
  mount: ["name", "mountPath", "readOnly", "mountPropagation"],
} as const;

function refuseUnknown(what: string, object: object, known: readonly string[]): void {
  const unknown = Object.keys(object).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`the ${what} has ${unknown.join(", ")}, which is not translated`);
}

function serviceVariables({ apiServer }: PodFacts) {
  return [
    { key: "KUBERNETES_SERVICE_HOST", value: apiServer.host },
    { key: "KUBERNETES_SERVICE_PORT", value: String(apiServer.port) },
  ];
}

function resolve({ name, value, valueFrom }: EnvVar, { facts }: ContainerOfPod) {
  const fields: Readonly<Record<string, string>> = {
    "spec.nodeName": facts.nodeName,
    "metadata.namespace": facts.namespace,
    "metadata.name": facts.name,
    "metadata.uid": facts.uid,
  };
  const resolved = value ?? fields[valueFrom?.fieldRef?.fieldPath ?? ""];
  if (resolved === undefined) throw new Error(`the variable ${name} has a source that is not translated`);
  return { key: name, value: resolved };
}

function mounts({ container, facts }: ContainerOfPod) {
  const ofManifest = (container.volumeMounts ?? []).map((mount) => {
    refuseUnknown(`mount "${mount.name}"`, mount, knownKeys.mount);
    const hostPath = facts.volumes.get(mount.name);
    if (hostPath === undefined) throw new Error(`there is no volume "${mount.name}"`);
    return {
      containerPath: mount.mountPath,
      hostPath,
      readonly: mount.readOnly === true,
      propagation: propagationOf(mount),
    };
  });
  const containerPath = "/var/run/secrets/kubernetes.io/serviceaccount";
  return [...ofManifest, { containerPath, hostPath: facts.serviceAccountDir, readonly: true }];
}

function propagationOf({ mountPropagation = "None" }: VolumeMount): number {
  const propagation = ["None", "HostToContainer"].indexOf(mountPropagation);
  if (propagation >= 0) return propagation;
  throw new Error(`the mount propagation "${mountPropagation}" is not translated`);
}

function securityContext({ pod, container }: ContainerOfPod) {
  const ofPod = pod.securityContext ?? {};
  const own = container.securityContext ?? {};
  refuseUnknown("pod's securityContext", ofPod, knownKeys.podSecurity);
  refuseUnknown(`securityContext of "${container.name}"`, own, knownKeys.security);
  if (ofPod.seccompProfile?.type !== "RuntimeDefault") throw new Error("the pod's seccomp is not translated");
  return {
    capabilities: {
      addCapabilities: own.capabilities?.add ?? [],
      dropCapabilities: own.capabilities?.drop ?? [],
    },
    privileged: own.privileged === true,
    namespaceOptions: {
      network: pod.hostNetwork === true ? namespaceModes.node : namespaceModes.pod,
      pid: namespaceModes.container,
    },
    runAsUser: { value: ofPod.runAsUser ?? 0 },
    runAsGroup: { value: ofPod.runAsGroup ?? 0 },
    readonlyRootfs: own.readOnlyRootFilesystem === true,
    noNewPrivs: own.allowPrivilegeEscalation === false,
    maskedPaths,
    readonlyPaths,
    seccomp: { profileType: 0 },
  };
}

// What kubelets give for procMount: Default.
const maskedPaths = [
  ...["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list"],
  ...["/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"],
];
const readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
