// SPDX-License-Identifier: Apache-2.0
import type { HostPathVolumeSource, Volume, VolumeMount } from "kubernetes-types/core/v1";
import { type ContainerName, type HostFolder, hostFolders } from "./host-folders.ts";
import type { Installation } from "./installation.ts";
import { type Comment, commentsOf, type Reasoned, valuesOf } from "./manifest.ts";
import { configFolder, configMapName } from "./names.ts";

/** The volumes of the pod and the mounts of each container, with the reason for each. */
export interface PodMounts {
  readonly volumes: Volume[];
  readonly volumeReasons: (path: Comment["path"]) => readonly Comment[];
  readonly mountsOf: (container: ContainerName) => VolumeMount[];
}

/** What `hostFolders` means for the pod, together with its configuration. */
export function podMounts(installation: Installation): PodMounts {
  const folders = hostFolders(installation);
  const volumes: readonly Reasoned<Volume>[] = [
    ...folders.map(({ name, path, type, why }) => ({
      value: { name, hostPath: { path, type } satisfies HostPathVolumeSource },
      reason: why,
    })),
    { value: { name: "config", configMap: { name: configMapName } }, reason: "The agent's configuration." },
  ];
  return {
    volumes: valuesOf(volumes),
    volumeReasons: (path) => commentsOf(path, volumes),
    mountsOf: (container) => [
      ...folders.flatMap((folder) => mountOf(folder, container)),
      ...(container === "kube-multus" ? [{ name: "config", mountPath: configFolder, readOnly: true }] : []),
    ],
  };
}

/** At its own path, so that a path means the same on both sides. */
function mountOf({ name, path, access }: HostFolder, container: ContainerName): readonly VolumeMount[] {
  const kind = access[container];
  if (kind === undefined) return [];
  return [{ name, mountPath: path, ...(kind === "read" ? { readOnly: true } : {}) }];
}
