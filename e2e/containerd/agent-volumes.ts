// SPDX-License-Identifier: Apache-2.0
import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostPathVolumeSource, Volume } from "kubernetes-types/core/v1";
import type { TestNode } from "./node.ts";

/** What volumes are made from. */
export interface VolumeSources {
  readonly node: TestNode;
  /** The kubelet's folder for this pod. */
  readonly podDir: string;
  /** The data of the ConfigMaps of the namespace. */
  readonly configMaps: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/**
 * Makes a pod's volumes as a kubelet does; gives where each is on the node, by its name. Throws for a folder
 * of the host that is not as the volume says, which makes a pod wait.
 */
export async function makeVolumes(
  volumes: readonly Volume[],
  sources: VolumeSources,
): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, string>();
  for (const volume of volumes) made.set(volume.name, await makeVolume(volume, sources));
  return made;
}

async function makeVolume({ name, hostPath, configMap }: Volume, sources: VolumeSources): Promise<string> {
  if (hostPath !== undefined) return await checkHostPath(hostPath, sources);
  const data = sources.configMaps.get(configMap?.name ?? "");
  if (data === undefined) throw new Error(`the volume "${name}" cannot be made here`);
  const path = join(sources.podDir, "volumes/kubernetes.io~configmap", name);
  await writeVolume(sources.node.path(path), data);
  return path;
}

async function checkHostPath({ path, type }: HostPathVolumeSource, { node }: VolumeSources): Promise<string> {
  if (type === "DirectoryOrCreate") await mkdir(node.path(path), { recursive: true, mode: 0o755 });
  const found = await stat(node.path(path)).catch(() => undefined);
  if (found?.isDirectory() === true) return path;
  throw new Error(`hostPath type check failed: ${path} is not a directory`);
}

/**
 * Writes files as a kubelet writes those of ConfigMaps and tokens: links to files in `..data`, which is a
 * link itself, so that all change at once.
 */
export async function writeVolume(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  const version = "..2026_01_01_00_00_00.1";
  await mkdir(join(dir, version), { recursive: true });
  await symlink(version, join(dir, "..data"));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(dir, version, name), text, { mode: 0o644 });
    await symlink(join("..data", name), join(dir, name));
  }
}
