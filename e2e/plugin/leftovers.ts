// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { withNetlink } from "../../src/host/namespace.ts";
import { type Link, listLinks } from "../../src/host/netlink/index.ts";
import { runOrThrow } from "../containerd/processes.ts";
import type { PluginNode } from "./node.ts";
import { commandLine, processesBeside } from "./node-processes.ts";
import type { TestPod } from "./objects.ts";

/** What pods left on a node; all empty when everything was taken away. */
export interface Leftovers {
  /** Links of the node that only pods can have made. */
  readonly links: readonly string[];
  /** Addresses that host-local holds, as `network/address`. */
  readonly leases: readonly string[];
  /** All other files below /var/lib/cni: journal, temporary files, caches. */
  readonly files: readonly string[];
  /** Chains that plugins made for one container: masquerading, port mappings. */
  readonly chains: readonly string[];
  /** Command lines of whatever runs in the node's file system view. */
  readonly processes: readonly string[];
}

export const nothing: Leftovers = { links: [], leases: [], files: [], chains: [], processes: [] };

const state = "/var/lib/cni";
/**
 * Per network or node, not per pod: host-local's lock and where it goes on counting, which versions plugins
 * speak, the bounded record of attachments, and what an agent remembers of the node.
 */
const staysBehind =
  /^(networks\/[^/]+\/(lock|last_reserved_ip\.\d+)|multus\/plures\/(versions\.json|attachments\.jsonl|node-config\.json|plain-pods\.json|replaced\/.*))$/;
/** Those of all containers together are called by a word. */
const chainOfContainer = /^:(CNI-(?:DN-)?[0-9a-f]{10,}) /;

/**
 * What is on the node now, beyond `baseline`, the links that it had before, and the processes `meant` to be
 * there.
 */
export async function lookForLeftovers(
  node: PluginNode,
  baseline: readonly string[],
  meant: readonly number[] = [],
): Promise<Leftovers> {
  const files = stateFiles(node);
  const isLease = (file: string): boolean => file.startsWith("networks/");
  return {
    links: (await podLinks(node)).filter((name) => !baseline.includes(name)),
    leases: files.filter(isLease).map((file) => relative("networks", file)),
    files: files.filter((file) => !isLease(file)),
    chains: await podChains(node),
    processes: processesBeside(node.pid)
      .filter((pid) => !meant.includes(pid))
      .map(commandLine),
  };
}

/**
 * As `lookForLeftovers`, but the kernel gets five seconds to finish what it does on its own: it ends the
 * links of a namespace that is gone, and processes that were killed, after the fact.
 */
export async function settledLeftovers(
  node: PluginNode,
  baseline: readonly string[],
  meant: readonly number[] = [],
): Promise<Leftovers> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const now = await lookForLeftovers(node, baseline, meant);
    if (Object.values(now).every((list) => list.length === 0) || Date.now() > deadline) return now;
    await Bun.sleep(20);
  }
}

/** Links of the node; bridges without ports are left out, for the bridge plugin keeps them on purpose. */
export async function podLinks(node: PluginNode): Promise<readonly string[]> {
  const links = await withNetlink(`/proc/${node.pid}/ns/net`, listLinks);
  const isIdle = ({ kind, index }: Link): boolean =>
    kind === "bridge" && !links.some(({ master }) => master === index);
  return links.filter((link) => !isIdle(link)).map(({ name }) => name);
}

async function podChains(node: PluginNode): Promise<readonly string[]> {
  const enter = ["nsenter", `--target=${node.pid}`, "--net", "--"];
  const saved = await runOrThrow([...enter, "iptables-save", "-t", "nat"]);
  return saved.split("\n").flatMap((line) => chainOfContainer.exec(line)?.[1] ?? []);
}

/**
 * What macvlan (plugins 1.1.1) leaves in the pod when it is killed between making its link, under a passing
 * name, and giving it its own: its DEL does not know that name. The link is down, has no address, and goes
 * with the namespace.
 */
export const passingMacvlan = /^veth[0-9a-f]{8} macvlan$/;

/** Links in a pod's namespace beside `lo`, as `name kind`. */
export async function linksInPod(node: PluginNode, pod: TestPod): Promise<readonly string[]> {
  const links = await withNetlink(node.path(pod.netns), listLinks);
  return links.filter(({ loopback }) => !loopback).map(({ name, kind }) => `${name} ${kind}`);
}

function stateFiles(node: PluginNode): readonly string[] {
  const top = node.path(state);
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(top, join(entry.parentPath, entry.name)))
    .filter((file) => !staysBehind.test(file))
    .sort();
}

/** The leases of one container, as `network/address`. */
export function leasesOf(node: PluginNode, containerId: string): readonly string[] {
  const top = node.path(`${state}/networks`);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "lock")
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => textIfThere(path).includes(containerId))
    .map((path) => relative(top, path))
    .sort();
}

/** Other pods' leases come and go meanwhile. */
function textIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
