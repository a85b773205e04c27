// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { readdir, rm, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { addRecordedPlugin, makePluginDir, recordedRequests, writeConfig } from "./cni-dirs.ts";
import { type Containerd, startContainerd } from "./containerd.ts";
import { type KubernetesApi, startKubernetesApi } from "./kubernetes-api.ts";
import { linkNames } from "./traces.ts";
import { makeWorkDir } from "./work-dir.ts";

/**
 * A node as an administrator of Multus sets it up: containerd, the API server, Plures under the name
 * `multus`.
 */
export interface PluresNode {
  readonly containerd: Containerd;
  readonly api: KubernetesApi;
  /** The configuration that containerd passes to the plugin, as JSON. */
  readonly configFile: string;
  readonly binDir: string;
  /** The environments of the primary network's plugin. */
  primaryRequests(): ReturnType<typeof recordedRequests>;
  stop(): Promise<void>;
}

/** The bridge of the primary network, that of `shop/bridge`, and the link on which `shop/macvlan` sits. */
export const nodeLinks = {
  primary: "br-primary",
  bridge: "br-shop",
  master: "uplink0",
  masterPeer: "uplink1",
};

/** The executable under test: what `make build` made, or PLURES_BIN. */
export function pluresExecutable(): string {
  const path = process.env.PLURES_BIN ?? join(import.meta.dir, "../../dist/plures");
  if (existsSync(path)) return path;
  throw new Error(`looking for Plures: there is no "${path}"; run "make build" or set PLURES_BIN`);
}

export interface PluresNodeOptions {
  /** The only CNI configuration of the node. */
  readonly configName: "00-multus.conf" | "00-multus.conflist";
  /** What is in the API. */
  readonly objects: readonly unknown[];
  /** How long Plures may take, retries included; its own default when absent. */
  readonly deadlineSeconds?: number;
}

/** Starts a node as `options` say. */
export async function startPluresNode(options: PluresNodeOptions): Promise<PluresNode> {
  const { configName, objects, deadlineSeconds } = options;
  const executable = pluresExecutable();
  const workDir = await makeWorkDir();
  const binDir = join(workDir, "bin");
  const confDir = join(workDir, "net.d");
  const requestDir = join(workDir, "requests");
  const kubeconfig = join(workDir, "multus.kubeconfig");
  await makePluginDir(binDir);
  await symlink(executable, join(binDir, "multus"));
  await addRecordedPlugin(binDir, "bridge", requestDir);
  await writeConfig(
    confDir,
    configName,
    multusConfig(configName, { kubeconfig, binDir, logFile: join(workDir, "multus.log"), deadlineSeconds }),
  );

  const containerd = await startContainerd({ workDir, cniConfDir: confDir, cniBinDir: binDir });
  try {
    await makeMaster(containerd);
    const api = await startKubernetesApi({ node: containerd.node, dir: workDir, kubeconfig, objects });
    return {
      containerd,
      api,
      configFile: join(confDir, configName),
      binDir,
      primaryRequests: () => recordedRequests(requestDir),
      async stop() {
        await api.stop();
        await containerd.stop();
        await rm(workDir, { recursive: true });
      },
    };
  } catch (error) {
    await containerd.stop();
    await rm(workDir, { recursive: true });
    throw error;
  }
}

/** Links of the node that only pods can have made. */
export async function podLinks({ containerd }: Pick<PluresNode, "containerd">): Promise<readonly string[]> {
  const own = ["lo", ...Object.values(nodeLinks)];
  return (await linkNames(containerd.node)).filter((name) => !own.includes(name));
}

/** Files that CNI and Plures keep per pod, below /var/lib/cni: leases, results, the journal. */
export async function stateFiles({ containerd }: Pick<PluresNode, "containerd">): Promise<readonly string[]> {
  const top = containerd.node.path("/var/lib/cni");
  // The first pod makes it.
  if (!existsSync(top)) return [];
  const entries = await readdir(top, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(top, join(entry.parentPath, entry.name)))
    .filter((path) => !staysBehind.test(path))
    .sort();
}

/**
 * Per network or node, not per pod: host-local's lock and where it goes on counting, and what Plures knows of
 * plugins, of what it did, of pods that ask for nothing, and of the node's configuration.
 */
const staysBehind =
  /^(networks\/[^/]+\/(lock|last_reserved_ip\.\d+)|multus\/plures\/(versions|plain-pods|node-config|installed)\.json|multus\/plures\/attachments\.jsonl)$/;

function multusConfig(configName: string, keys: Readonly<Record<string, unknown>>): unknown {
  const capabilities = { "io.kubernetes.cri.pod-annotations": true };
  const plugin = { type: "multus", logLevel: "debug", capabilities, delegates: [primaryNetwork], ...keys };
  const head = { cniVersion: "1.0.0", name: "multus-cni-network" };
  return configName.endsWith(".conflist") ? { ...head, plugins: [plugin] } : { ...head, ...plugin };
}

/** The primary network of test nodes. */
export const primaryNetwork = {
  cniVersion: "1.0.0",
  name: "primary",
  plugins: [
    {
      type: "bridge-recorded",
      bridge: nodeLinks.primary,
      isGateway: true,
      ipam: { type: "host-local", ranges: [[{ subnet: "10.88.0.0/24" }]], routes: [{ dst: "0.0.0.0/0" }] },
    },
    { type: "tuning", sysctl: { "net.ipv4.conf.all.log_martians": "1" } },
  ],
};

/** Makes the link on which `shop/macvlan` sits. */
export async function makeMaster({ node }: Pick<Containerd, "node">): Promise<void> {
  const { master, masterPeer } = nodeLinks;
  await node.output(["ip", "link", "add", master, "type", "veth", "peer", "name", masterPeer]);
  await node.output(["ip", "link", "set", master, "up"]);
  await node.output(["ip", "link", "set", masterPeer, "up"]);
}
