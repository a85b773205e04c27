// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { chmod, copyFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { inNetworkNamespace } from "../../src/host/namespace.ts";
import { type ApiServer, type ApiServerOptions, startApiServer } from "../../src/testing/api-server/index.ts";
import { pluresExecutable } from "../containerd/plures-node.ts";
import { type Leftovers, nothing as nothingOfPods, podLinks, settledLeftovers } from "../plugin/leftovers.ts";
import { type PluginNode, startNode } from "../plugin/node.ts";
import { hostLocal } from "../plugin/objects.ts";
import { type AgentProcess, type AgentStart, startAgent } from "./agent-process.ts";

/**
 * A machine of our own as its installation leaves it: the static shim as `multus` with `plures` beside it, a
 * primary network whose configuration is in the runtime's folder, and no agent yet.
 */
export interface AgentNode extends PluginNode {
  /** The one that runs now; after `stopApi` the one that did. */
  readonly api: ApiServer;
  /** The only folder where the runtime looks for configurations. */
  readonly confDir: string;
  /** Nothing listens at the API's port any more, until `startApi` has it there with all its objects again. */
  stopApi(): Promise<void>;
  startApi(options?: Pick<ApiServerOptions, "users">): Promise<void>;
  /** Starts an agent and waits until it says that it is ready. */
  startAgent(start?: AgentStart): Promise<AgentProcess>;
  /** Why shims have gone on without an agent, one reason each, since the last time that it was asked. */
  wentAlone(): readonly string[];
  /** What pods left, beyond what was there at the start and the agents that run. */
  leftovers(): Promise<NodeLeftovers>;
}

/** What pods and ended agents left on a node. */
export interface NodeLeftovers extends Leftovers {
  /** In the folders of the socket and of the configurations: whatever has a passing name. */
  readonly passing: readonly string[];
}

export const nothing: NodeLeftovers = { ...nothingOfPods, passing: [] };

/** The node's own folder of that name: its /run is not ours. */
export const socketDir = "/run/multus";

/**
 * A pod with a port mapping has chains of its own. There is no masquerading: the bridge plugin (1.1.1) leaves
 * its chain when the pod's namespace is gone before its DEL.
 */
export const agentPrimary = {
  cniVersion: "1.0.0",
  name: "cbr0",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      ipam: hostLocal("10.42.0.0/16", { routes: [{ dst: "0.0.0.0/0" }] }),
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};

/** Starts a node; `objects` are what its API has. */
export async function startAgentNode(objects: readonly unknown[] = []): Promise<AgentNode> {
  const node = await startNode(objects);
  const { workDir, binDir } = node;
  const confDir = join(workDir, "net.d");
  const aloneLog = join(workDir, "alone.log");
  mkdirSync(confDir);
  await Bun.write(join(confDir, "10-cbr0.conflist"), JSON.stringify(agentPrimary));
  await installShim(binDir, aloneLog);
  const baseline = await podLinks(node);
  const agents: AgentProcess[] = [];
  let { api } = node;
  let asked = 0;

  return {
    ...node,
    get api() {
      return api;
    },
    confDir,
    stopApi: () => api.stop(),
    async startApi(options = {}) {
      const { port, store } = api;
      const again = { ...options, port, store };
      api = await inNetworkNamespace(`/proc/${node.pid}/ns/net`, () => startApiServer(again));
    },
    async startAgent(start = {}) {
      const agent = await startAgent({ ...node, confDir }, start);
      agents.push(agent);
      return agent;
    },
    wentAlone() {
      const reasons = existsSync(aloneLog) ? readFileSync(aloneLog, "utf8").trimEnd().split("\n") : [];
      const fresh = reasons.slice(asked);
      asked = reasons.length;
      return fresh;
    },
    async leftovers() {
      const running = agents.filter(({ isRunning }) => isRunning).map(({ pid }) => pid);
      const left = await settledLeftovers(node, baseline, running);
      return { ...left, passing: [...passingIn(node.path(socketDir)), ...passingIn(confDir)] };
    },
    async stop() {
      await api.stop();
      await node.stop();
    },
  };
}

/** The static shim as an installation puts it: a file of its own, beside what it hands over to. */
async function installShim(binDir: string, aloneLog: string): Promise<void> {
  const shim = resolve(process.env.PLURES_SHIM ?? join(import.meta.dir, "../../dist/multus"));
  if (!existsSync(shim)) throw new Error(`looking for the shim: there is no "${shim}"; run "make shim"`);
  const multus = join(binDir, "multus");
  await rm(multus);
  await copyFile(shim, multus);
  const plures = join(binDir, "plures");
  await Bun.write(
    plures,
    `#!/bin/sh\necho "$CNI_COMMAND $*" >>"${aloneLog}"\nexec "${resolve(pluresExecutable())}" "$@"\n`,
  );
  await chmod(plures, 0o755);
}

/** Temporary files and sockets begin with a dot. */
function passingIn(dir: string): readonly string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => name.startsWith(".") || name.endsWith(".tmp"))
    .map((name) => join(dir, name));
}
