// SPDX-License-Identifier: Apache-2.0
import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { foldersOfCgroup } from "./cgroups.ts";
import type { Containerd } from "./containerd.ts";
import type { TestNode } from "./node.ts";

/** Everything that pods leave on a node while they run, and that must be gone afterwards; sorted lists. */
export interface PodTraces {
  readonly sandboxes: readonly string[];
  /** Command lines of all processes but the node's own and what the test started. */
  readonly processes: readonly string[];
  /** Mount points of sandboxes and network namespaces. */
  readonly mounts: readonly string[];
  readonly namespaces: readonly string[];
  readonly cgroups: readonly string[];
  /** Results that the CNI library of containerd keeps for the next DEL. */
  readonly cachedResults: readonly string[];
}

export const noPodTraces: PodTraces = {
  sandboxes: [],
  processes: [],
  mounts: [],
  namespaces: [],
  cgroups: [],
  cachedResults: [],
};

/** What the pods of a containerd leave outside of their networks. */
export async function podTraces({ cri, node, paths, cgroupParent }: Containerd): Promise<PodTraces> {
  const mounts = await mountPoints(node);
  return {
    sandboxes: (await cri.podSandboxes()).toSorted(),
    processes: (await commandLines(node)).filter((line) => !belongsToNode(node, line)).sort(),
    mounts: mounts.filter((point) => point.startsWith(paths.state) || point.startsWith("/run/netns/")).sort(),
    namespaces: (await readdir(node.path("/run/netns"))).sort(),
    cgroups: foldersOfCgroup(basename(cgroupParent)).toSorted(),
    cachedResults: (await readdir(node.path("/var/lib/cni/results")).catch(() => [])).sort(),
  };
}

/**
 * What is there after pods were removed: a shim ends a moment after the call that removed its pod, so this
 * looks for 2 s until there is nothing but `expected`.
 */
export async function remainingPodTraces(containerd: Containerd, expected = noPodTraces): Promise<PodTraces> {
  const deadline = Date.now() + 2_000;
  let traces = await podTraces(containerd);
  while (!Bun.deepEquals(traces, expected) && Date.now() < deadline) {
    await Bun.sleep(20);
    traces = await podTraces(containerd);
  }
  return traces;
}

/** Names of the node's own links, sorted. */
export async function linkNames(node: TestNode): Promise<readonly string[]> {
  // The keys are iproute2's.
  const links = JSON.parse(await node.output(["ip", "-json", "link"])) as readonly {
    readonly ifname: string;
  }[];
  return links.map(({ ifname }) => ifname).sort();
}

/** Addresses that host-local holds in its default folder, as `network/address`, sorted. */
export async function leases(node: TestNode): Promise<readonly string[]> {
  const files = await readdir(node.path("/var/lib/cni/networks"), { recursive: true }).catch(() => []);
  return files.filter((file) => /\/[0-9a-f]*[.:][0-9a-f.:]*$/.test(file)).sort();
}

/** An interface inside a pod with its global addresses in CIDR notation. */
export interface PodInterface {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** The interfaces of a network namespace but its loopback, sorted by name. */
export async function podInterfaces(node: TestNode, netns: string): Promise<readonly PodInterface[]> {
  const output = await node.output(["nsenter", `--net=${netns}`, "ip", "-json", "address"]);
  // The keys are iproute2's.
  const links = JSON.parse(output) as readonly {
    readonly ifname: string;
    readonly addr_info: readonly {
      readonly scope: string;
      readonly local: string;
      readonly prefixlen: number;
    }[];
  }[];
  return links
    .filter(({ ifname }) => ifname !== "lo")
    .map(({ ifname, addr_info }) => ({
      name: ifname,
      addresses: addr_info
        .filter(({ scope }) => scope === "global")
        .map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function belongsToNode(node: TestNode, commandLine: string): boolean {
  return /^(sh .+node-init\.sh|sleep 3600)$/.test(commandLine) || node.started().includes(commandLine);
}

async function commandLines(node: TestNode): Promise<readonly string[]> {
  const pids = (await readdir(node.path("/proc"))).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => commandLine(node.path(`/proc/${pid}/cmdline`))));
  return lines.filter((line) => line !== "");
}

/** Empty for a process that ended meanwhile. */
async function commandLine(path: string): Promise<string> {
  const text = await Bun.file(path)
    .text()
    .catch(() => "");
  return text.replaceAll("\0", " ").trim();
}

async function mountPoints(node: TestNode): Promise<readonly string[]> {
  const mountinfo = await Bun.file(`/proc/${node.pid}/mountinfo`).text();
  return mountinfo.split("\n").flatMap((line) => line.split(" ")[4] ?? []);
}
