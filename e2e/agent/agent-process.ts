// SPDX-License-Identifier: Apache-2.0
import { openSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pluresExecutable } from "../containerd/plures-node.ts";
import { nodeEnvironment, waitUntil } from "../containerd/processes.ts";
import type { PluginNode } from "../plugin/node.ts";
import { askOverHttp } from "./http-in-node.ts";

/** How an agent is started. */
export interface AgentStart {
  /** Over the usual configuration; a key that is undefined is not in it. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Do not wait until it is ready. */
  readonly isUnready?: boolean;
}

/** One line of its log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** `plures agent` in a process of its own, without a single capability. */
export interface AgentProcess {
  readonly pid: number;
  readonly isRunning: boolean;
  log(): readonly LogLine[];
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  end(): Promise<number>;
  /** What it answers on a path of its HTTP server, `/readyz` or `/metrics`; undefined when nobody does. */
  ask(path: string): Promise<{ readonly status: number; readonly body: string } | undefined>;
  /** The value of a metric; undefined when there is none. `labels` as they are written. */
  metric(name: string, labels?: string): Promise<number | undefined>;
  waitUntilReady(): Promise<void>;
}

type Place = Pick<PluginNode, "pid" | "workDir" | "binDir" | "kubeconfig" | "inside"> & {
  readonly confDir: string;
};

const address = { hostname: "127.0.0.1", port: 9471 };

let started = 0;

/** Starts an agent of the node called `node`. Throws an Error with its log when it does not get ready. */
export async function startAgent(place: Place, start: AgentStart): Promise<AgentProcess> {
  started += 1;
  const configFile = join(place.workDir, `agent-${started}.json`);
  const logFile = join(place.workDir, `agent-${started}.log`);
  await Bun.write(configFile, JSON.stringify({ ...usualConfig(place), ...start.config }));
  const agent = [resolve(pluresExecutable()), "agent", "--config", configFile, "--node-name", "node"];
  const child = Bun.spawn([...place.inside([...withoutRights, ...agent])], {
    env: nodeEnvironment,
    stdio: ["ignore", "ignore", openSync(logFile, "w")],
  });
  const ask = (path: string) => askOverHttp(`/proc/${place.pid}/ns/net`, { ...address, path });
  const log = () => readLog(logFile);
  const self: AgentProcess = {
    pid: child.pid,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    log,
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
    end() {
      child.kill("SIGTERM");
      return child.exited;
    },
    ask,
    metric: async (name, labels = "") => metricIn((await ask("/metrics"))?.body ?? "", name, labels),
    async waitUntilReady() {
      const began = Date.now();
      await waitUntil("the agent is ready", async () => {
        if (!self.isRunning || Date.now() - began > 10_000)
          throw new Error(
            `starting the agent: ${(await ask("/readyz"))?.body} ${readFileSync(logFile, "utf8")}`,
          );
        return (await ask("/readyz"))?.status === 200;
      });
    },
  };
  if (start.isUnready !== true) await self.waitUntilReady();
  return self;
}

/** Whatever the manifest would give it, this is less: uid 0 for the files' sake, and nothing else. */
const withoutRights = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--"];

function usualConfig({ workDir, binDir, kubeconfig, confDir }: Place): Readonly<Record<string, unknown>> {
  return {
    cniConfigDir: confDir,
    binDir,
    kubeconfig,
    // What the runtime and we speak: with it there are STATUS and GC.
    cniVersion: "1.1.0",
    logLevel: "verbose",
    logToStderr: false,
    logFile: join(workDir, "multus.log"),
  };
}

function readLog(path: string): readonly LogLine[] {
  const lines = readFileSync(path, "utf8").split("\n");
  // The last one may be on its way.
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}

function metricIn(text: string, name: string, labels: string): number | undefined {
  const start = labels === "" ? `${name} ` : `${name}{${labels}} `;
  const line = text.split("\n").find((each) => each.startsWith(start));
  return line === undefined ? undefined : Number(line.slice(start.length));
}
