// SPDX-License-Identifier: Apache-2.0
import { readdir, readlink } from "node:fs/promises";
import type { TestNode } from "./node.ts";

/** What the kernel says of a process of the node, by the names of proc(5), `/proc/PID/status`. */
export async function statusOf(node: TestNode, pid: number): Promise<Readonly<Record<string, string>>> {
  const text = await Bun.file(node.path(`/proc/${pid}/status`)).text();
  return Object.fromEntries(
    text
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
  );
}

/** The different values of its five sets of capabilities. */
export function capabilitySets(status: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set(["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].map((set) => status[set] ?? ""))];
}

/** A mount as a process sees it. */
export interface ProcessMount {
  readonly path: string;
  readonly access: "ro" | "rw";
}

/** What a runtime gives every container, of which nothing is the node's to change. */
const ofEveryContainer = /^\/(proc|dev|sys)(\/|$)|^\/etc\/(hostname|hosts|resolv\.conf)$/;

/** All mounts of a process but those that every container has, sorted. */
export async function mountsOf(node: TestNode, pid: number): Promise<readonly ProcessMount[]> {
  const text = await Bun.file(node.path(`/proc/${pid}/mountinfo`)).text();
  return text
    .trim()
    .split("\n")
    .map((line) => line.split(" "))
    .map(([, , , , path = "", options = ""]): ProcessMount => {
      return { path, access: options.split(",").includes("ro") ? "ro" : "rw" };
    })
    .filter(({ path }) => !ofEveryContainer.test(path))
    .sort((a, b) => a.path.localeCompare(b.path));
}

/** Those that every kernel has and every runtime treats alike. */
const kinds = ["ipc", "mnt", "net", "pid", "user", "uts"] as const;

/** The namespaces of a process, `net:[...]` by kind. */
export async function namespacesOf(node: TestNode, pid: number): Promise<Readonly<Record<string, string>>> {
  const rows = kinds.map(
    async (kind) => [kind, await readlink(node.path(`/proc/${pid}/ns/${kind}`))] as const,
  );
  return Object.fromEntries(await Promise.all(rows));
}

/** Files of namespaces that a process has open. */
export async function heldNamespaces(node: TestNode, pid: number): Promise<readonly string[]> {
  const dir = node.path(`/proc/${pid}/fd`);
  const targets = await Promise.all(
    (await readdir(dir)).map((fd) => readlink(`${dir}/${fd}`).catch(() => "")),
  );
  const ofNamespace = new RegExp(`^(${kinds.join("|")}):\\[|netns`);
  return targets.filter((target) => ofNamespace.test(target));
}
