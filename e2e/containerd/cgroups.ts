// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "./processes.ts";

/**
 * The mount points of all cgroup hierarchies of this host: one with version 2, one per controller with
 * version 1.
 */
function cgroupHierarchies(mountinfo = readFileSync("/proc/self/mountinfo", "utf8")): readonly string[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const mountPoint = before.split(" ")[4];
    return /^cgroup2? /.test(after) && mountPoint !== undefined ? [mountPoint] : [];
  });
}

/** All cgroups called `name` at the top of a hierarchy. */
export function cgroupsNamed(name: string): readonly string[] {
  return cgroupHierarchies().flatMap((top) => (foldersIn(top).includes(name) ? [join(top, name)] : []));
}

/** Names of the cgroups below those called `name`, each once. */
export function foldersOfCgroup(name: string): readonly string[] {
  return [...new Set(cgroupsNamed(name).flatMap(foldersIn))];
}

/**
 * Takes all cgroups called `name` away, with those below them; throws when a process stays in one for longer
 * than 5 s.
 */
export async function removeCgroups(name: string): Promise<void> {
  const paths = cgroupsNamed(name);
  // A process that has just been killed is in its cgroup for a moment more.
  await waitUntil(`the cgroups ${paths.join(", ")} are empty`, async () => paths.every(removedTree), 5_000);
}

function removedTree(path: string): boolean {
  if (!existsSync(path)) return true;
  const childrenGone = foldersIn(path).every((child) => removedTree(join(path, child)));
  return childrenGone && removedFolder(path);
}

function removedFolder(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function foldersIn(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}
