// SPDX-License-Identifier: Apache-2.0
import { type HostPath, type PodPath, tryParseHostPath, tryParsePodPath } from "./absolute-path.ts";

/** What a container sees at one place, and where that comes from. Plain JSON. */
export interface Mount {
  readonly at: PodPath;
  /** Name of the pod's volume. */
  readonly volume: string;
  readonly source: MountSource;
  readonly readOnly: boolean;
  /** Whether mounts made later are seen on the other side (Kubernetes: `mountPropagation`). */
  readonly propagation: "None" | "HostToContainer" | "Bidirectional";
}

/** What is mounted. `other`: nothing of the host, such as a ConfigMap. */
export type MountSource =
  | { readonly kind: "host"; readonly path: HostPath; readonly type: string }
  | { readonly kind: "other"; readonly what: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** All mounts of one container, the deepest first. Plain JSON: it may be part of facts. */
export interface MountTable {
  readonly mounts: readonly Mount[];
  /** Mounts that could not be understood at all, each with the reason. */
  readonly problems: readonly string[];
}

/** What of a volume is looked at; objects of the Kubernetes API fit. */
export interface VolumeLike {
  readonly name: string;
  readonly hostPath?: { readonly path: string; readonly type?: string | undefined } | undefined;
}

/** What of a volume mount is looked at; objects of the Kubernetes API fit. */
export interface VolumeMountLike {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string | undefined;
  readonly subPathExpr?: string | undefined;
  readonly readOnly?: boolean | undefined;
  readonly mountPropagation?: string | undefined;
}

/**
 * The table of one container, from the volumes of its pod and its own mounts. Never throws: what cannot be
 * understood is an unknown source, or a problem.
 */
export function mountTableOf(pod: {
  readonly volumes?: readonly VolumeLike[] | null | undefined;
  readonly volumeMounts?: readonly VolumeMountLike[] | null | undefined;
}): MountTable {
  const volumes = new Map((pod.volumes ?? []).map((volume) => [volume.name, volume]));
  const mounts: Mount[] = [];
  const problems: string[] = [];
  for (const row of pod.volumeMounts ?? []) {
    const at = tryParsePodPath(row.mountPath);
    if (at.kind === "problem") problems.push(`mount of volume "${row.name}": ${at.problem.message}`);
    else if (mounts.some((mount) => mount.at === at.path)) {
      problems.push(`mount of volume "${row.name}": "${at.path}" is mounted twice, the first counts`);
    } else {
      mounts.push({
        at: at.path,
        volume: row.name,
        source: sourceOf(row, volumes.get(row.name)),
        readOnly: row.readOnly ?? false,
        propagation: propagationOf(row.mountPropagation),
      });
    }
  }
  return { mounts: mounts.toSorted((a, b) => depthOf(b.at) - depthOf(a.at)), problems };
}

function sourceOf(row: VolumeMountLike, volume: VolumeLike | undefined): MountSource {
  if (volume === undefined) {
    return { kind: "unknown", reason: `the pod has no volume "${row.name}"` };
  }
  const { hostPath } = volume;
  if (hostPath === undefined || hostPath === null) {
    return { kind: "other", what: Object.keys(volume).find((key) => key !== "name") ?? "emptyDir" };
  }
  if (row.subPathExpr !== undefined && row.subPathExpr !== "") {
    return {
      kind: "unknown",
      reason: `subPathExpr "${row.subPathExpr}" depends on the container's environment`,
    };
  }
  const parsed = tryParseHostPath(row.subPath ? `${hostPath.path}/${row.subPath}` : hostPath.path);
  return parsed.kind === "problem"
    ? { kind: "unknown", reason: `volume "${row.name}": ${parsed.problem.message}` }
    : { kind: "host", path: parsed.path, type: hostPath.type ?? "" };
}

function propagationOf(text: string | undefined): Mount["propagation"] {
  return text === "HostToContainer" || text === "Bidirectional" ? text : "None";
}

function depthOf(path: PodPath): number {
  return path === "/" ? 0 : path.split("/").length;
}
