// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import type { DaemonSet } from "kubernetes-types/apps/v1";
import type { Container, PodSpec } from "kubernetes-types/core/v1";
import { type AgentConfig, parseAgentConfig } from "../node-config/index.ts";
import { agentManifests } from "./agent-manifests.ts";
import { type Installation, installationFor } from "./installation.ts";
import type { KubernetesObject } from "./manifest.ts";
import { configFile } from "./names.ts";
import { type NodeKind, nodeKinds } from "./node-kinds.ts";

const image = "localhost/plures:test";

/** Every kind of node as it comes, and one that asks for everything. */
const installations: readonly (readonly [string, Installation])[] = [
  ...Object.keys(nodeKinds).map((kind) => [kind, installationFor(kind as NodeKind, { image })] as const),
  ["everything", installationFor("standard", { image, ...everything() })],
];

function everything(): Partial<Installation> {
  return {
    namespace: "networks",
    kubeletDir: "/var/lib/k0s/kubelet",
    cniDir: "/var/lib/elsewhere",
    socketDir: "/run/plures",
    namedConfDir: "/etc/named",
    port: 9999,
    readinessFile: "/run/flannel/subnet.env",
    criSocket: "/run/k0s/containerd.sock",
    hostKubeconfig: "/etc/plures-node/kubeconfig",
    seLinuxType: "spc_t",
  };
}

describe.each(installations)("the agent's pod, %s", (_, installation) => {
  const objects = agentManifests(installation).map(({ object }) => object);
  const pod = podOf(objects);
  const containers = [...(pod.initContainers ?? []), ...pod.containers];

  test("sees every folder of the host at its own path", () => {
    const folders = new Map((pod.volumes ?? []).map(({ name, hostPath }) => [name, hostPath?.path]));
    const mounts = containers.flatMap((container) => container.volumeMounts ?? []);
    expect(mounts.length).toBeGreaterThan(8);
    for (const { name, mountPath } of mounts) expect(folders.get(name) ?? mountPath).toBe(mountPath);
    expect(new Set(folders.keys())).toEqual(new Set(mounts.map(({ name }) => name)));
  });

  test("has every path of its configuration within a mount that allows what the agent does there", () => {
    const config = parseAgentConfig(configText(objects), "ConfigMap");
    const [agent] = pod.containers;
    for (const { path, access } of pathsOf(config, installation)) {
      expect({ path, access: accessOf(agent, path) }).toEqual({ path, access });
    }
  });

  test("has no right on the node but what the owner of its folders has", () => {
    for (const { securityContext } of containers) {
      expect(securityContext).toMatchObject({
        privileged: false,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(securityContext?.capabilities?.add).toBeUndefined();
    }
    expect(pod.hostPID).toBeUndefined();
    expect(pod.hostIPC).toBeUndefined();
    expect(pod.securityContext?.seccompProfile).toEqual({ type: "RuntimeDefault" });
  });

  test("is never killed, slowed down or kept away from a node", () => {
    for (const { resources } of containers) {
      expect(resources?.requests).toBeDefined();
      expect(resources?.limits).toBeUndefined();
    }
    expect(pod).toMatchObject({
      priorityClassName: "system-node-critical",
      tolerations: [{ operator: "Exists" }],
    });
    const config = parseAgentConfig(configText(objects), "ConfigMap");
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(config.graceSeconds);
  });

  test("is probed where it listens, and declares no port that would keep two of them apart", () => {
    const config = parseAgentConfig(configText(objects), "ConfigMap");
    const [agent] = pod.containers;
    for (const probe of [agent?.startupProbe, agent?.livenessProbe, agent?.readinessProbe]) {
      expect(`${probe?.httpGet?.host}:${probe?.httpGet?.port}`).toBe(config.listen ?? "");
    }
    expect(containers.flatMap(({ ports }) => ports ?? [])).toEqual([]);
  });

  test("names objects that are there, in one namespace", () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
    expect(names).toContain(`ServiceAccount ${pod.serviceAccountName}`);
    for (const { configMap } of pod.volumes ?? []) {
      if (configMap !== undefined) expect(names).toContain(`ConfigMap ${configMap.name}`);
    }
    const namespaces = objects.flatMap(({ metadata }) => metadata?.namespace ?? []);
    expect(new Set(namespaces)).toEqual(new Set([installation.namespace]));
  });
});

test("on k3s the primary is known by what it is, elsewhere it is the first that there is", () => {
  const primaryOn = (kind: NodeKind) => {
    const objects = agentManifests(installationFor(kind, { image })).map(({ object }) => object);
    return parseAgentConfig(configText(objects), "ConfigMap").primary;
  };
  expect(primaryOn("k3s")).toEqual({ file: undefined, name: "cbr0", type: "flannel" });
  expect(primaryOn("standard")).toEqual({ file: undefined, name: undefined, type: undefined });
});

test("the names of upstream's objects are kept, so that Plures takes the place of Multus", () => {
  const objects = agentManifests(installationFor("standard", { image })).map(({ object }) => object);
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`)).toEqual([
    "ServiceAccount multus",
    "ClusterRole multus",
    "ClusterRoleBinding multus",
    "ConfigMap multus-daemon-config",
    "DaemonSet kube-multus-ds",
  ]);
  expect(daemonSetOf(objects).spec?.selector).toEqual({ matchLabels: { name: "multus" } });
  expect(daemonSetOf(objects).spec?.template.metadata?.labels).toEqual({
    tier: "node",
    app: "multus",
    name: "multus",
  });
});

function daemonSetOf(objects: readonly KubernetesObject[]): DaemonSet {
  for (const object of objects) if (object.kind === "DaemonSet") return object as DaemonSet;
  throw new Error("there is no DaemonSet");
}

function podOf(objects: readonly KubernetesObject[]): PodSpec {
  return daemonSetOf(objects).spec?.template.spec ?? { containers: [] };
}

function configText(objects: readonly KubernetesObject[]): string {
  for (const object of objects) if ("data" in object) return object.data?.[configFile] ?? "";
  throw new Error("there is no ConfigMap");
}

type Access = "read" | "write";

/** `binDir` is not among them: the agent names plugins, whoever runs them looks there. */
function pathsOf(
  config: AgentConfig,
  { namedConfDir, kubeletDir }: Installation,
): readonly { readonly path: string; readonly access: Access }[] {
  const rows = [
    { path: config.cniConfigDir, access: "write" },
    { path: config.primaryDir, access: "write" },
    { path: config.cniDir, access: "write" },
    { path: `${config.cniDir}/plures/journal`, access: "write" },
    { path: config.socketDir, access: "write" },
    { path: config.hostKubeconfig, access: "write" },
    { path: config.criSocket, access: "read" },
    { path: config.readinessFile, access: "read" },
    { path: `${config.handedOn.confDir}`, access: "read" },
    { path: namedConfDir, access: "read" },
    { path: "/var/run/k8s.cni.cncf.io/devinfo/dp", access: "write" },
    { path: `${kubeletDir}/pod-resources/kubelet.sock`, access: "read" },
  ] as const;
  return rows.flatMap(({ path, access }) => (path === undefined ? [] : [{ path, access }]));
}

function accessOf(container: Container | undefined, path: string): Access | undefined {
  const mount = container?.volumeMounts?.find(({ mountPath }) => `${path}/`.startsWith(`${mountPath}/`));
  if (mount === undefined) return undefined;
  return mount.readOnly === true ? "read" : "write";
}
