// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { withNetlink } from "../namespace.ts";
import { listLinks } from "../netlink/index.ts";
import { namespaceFolder, stateFolder } from "./prepare.ts";

/** The node as it was before the first pod. */
export interface NodeBaseline {
  readonly links: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

/** What pods left on the node; all empty but `bridges` when everything was taken away. Plain data. */
export interface Leftovers {
  /** Interfaces of the node that were not there before. */
  readonly links: readonly string[];
  /**
   * Bridges without ports: the bridge plugin makes them and keeps them on purpose, so they are no one's debt.
   */
  readonly bridges: readonly string[];
  /** Addresses that host-local still holds, as `network/address`. */
  readonly leases: readonly string[];
  /** All other files below `/var/lib/cni`: caches of plugins, journals. */
  readonly files: readonly string[];
  /** Pods' network namespaces. */
  readonly namespaces: readonly string[];
}

// host-local keeps these for good: its place in the range, and its lock.
const bookkeeping = /^(last_reserved_ip\..*|lock)$/;
const leaseFolder = "networks";

/** The node as it is now, to compare with later: take it when the masters are there and no pod is. */
export async function recordBaseline(): Promise<NodeBaseline> {
  return {
    links: new Set((await nodeLinks()).map(({ name }) => name)),
    files: new Set(stateFiles()),
    namespaces: new Set(namespaces()),
  };
}

/** What there is on the node beyond `baseline`. */
export async function leftovers(baseline: NodeBaseline): Promise<Leftovers> {
  const links = await nodeLinks();
  const hasPorts = (index: number): boolean => links.some(({ master }) => master === index);
  const fresh = links.filter(({ name }) => !baseline.links.has(name));
  const isIdleBridge = ({ kind, index }: (typeof links)[number]): boolean =>
    kind === "bridge" && !hasPorts(index);
  const files = stateFiles().filter((file) => !baseline.files.has(file));
  const isLease = (file: string): boolean => file.startsWith(`${leaseFolder}/`);
  return {
    links: fresh.filter((link) => !isIdleBridge(link)).map(({ name }) => name),
    bridges: fresh.filter(isIdleBridge).map(({ name }) => name),
    leases: files.filter(isLease).map((file) => relative(leaseFolder, file)),
    files: files.filter((file) => !isLease(file)),
    namespaces: namespaces().filter((name) => !baseline.namespaces.has(name)),
  };
}

function nodeLinks() {
  return withNetlink(undefined, listLinks);
}

function namespaces(): readonly string[] {
  return existsSync(namespaceFolder) ? readdirSync(namespaceFolder).sort() : [];
}

function stateFiles(): readonly string[] {
  if (!existsSync(stateFolder)) return [];
  return readdirSync(stateFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(stateFolder, join(entry.parentPath, entry.name)))
    .filter((file) => !(file.startsWith(`${leaseFolder}/`) && bookkeeping.test(basename(file))))
    .sort();
}
