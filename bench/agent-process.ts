// SPDX-License-Identifier: Apache-2.0
import { existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentRuntime } from "../src/manifests/index.ts";
import { configForRuntime } from "./node-config.ts";

/** What an agent is started with; all paths are absolute. */
export interface AgentSetting {
  /** The compiled executable. */
  readonly plures: string;
  /** An empty one, for socket, configurations and log. */
  readonly folder: string;
  /** The primary network's configuration. */
  readonly primary: string;
  readonly cniDir: string;
  readonly binDir: string;
  readonly kubeconfig: string;
}

/** `plures agent` in a process of its own, as a node runs it. */
export interface AgentProcess {
  readonly pid: number;
  /** What a runtime passes to the shim: from the file that the agent wrote. */
  readonly config: string;
  /** How many requests of ADD and DEL it answered with success. */
  answered(): Promise<number>;
  stop(): Promise<void>;
}

/** The node's name: the agent follows the pods of this one. */
export const agentNode = "bench";

const address = "127.0.0.1:9471";
const patienceMs = 20_000;

/**
 * Starts an agent and waits until it is ready: its configuration is in place, pods and networks are listed.
 * Throws an Error with its log when it does not get there.
 */
export async function startAgentProcess(setting: AgentSetting): Promise<AgentProcess> {
  const { plures, folder, primary, cniDir, binDir, kubeconfig } = setting;
  const configFile = join(folder, "daemon-config.json");
  const logFile = join(folder, "agent.log");
  const written = join(folder, "00-multus.conflist");
  writeFileSync(join(folder, "10-primary.conflist"), primary);
  writeFileSync(
    configFile,
    JSON.stringify({
      cniConfigDir: folder,
      socketDir: join(folder, "run"),
      listen: address,
      logToStderr: false,
      kubeconfig,
      cniDir,
      binDir,
    }),
  );
  const command = [plures, "agent", "--config", configFile, "--node-name", agentNode];
  const runtime = Object.fromEntries(agentRuntime.map(({ name, value }) => [name, value]));
  const env = { ...process.env, ...runtime };
  const child = Bun.spawn(command, { env, stdio: ["ignore", "ignore", openSync(logFile, "w")] });
  process.once("exit", () => child.kill());
  const end = performance.now() + patienceMs;
  while (!(existsSync(written) && (await isReady()))) {
    if (child.exitCode !== null || performance.now() > end)
      throw new Error(`starting the agent: it is not ready: ${readFileSync(logFile, "utf8")}`);
    await Bun.sleep(50);
  }
  return {
    pid: child.pid,
    config: configForRuntime(readFileSync(written, "utf8")),
    answered: async () => countAnswered(await (await fetch(`http://${address}/metrics`)).text()),
    stop: async () => {
      child.kill();
      await child.exited;
    },
  };
}

async function isReady(): Promise<boolean> {
  return (await fetch(`http://${address}/readyz`).catch(() => undefined))?.ok === true;
}

const answeredLine = /^plures_requests_total\{(?=.*verb="(?:ADD|DEL)")(?=.*outcome="ok").*\} (\d+)$/gm;

function countAnswered(metrics: string): number {
  return [...metrics.matchAll(answeredLine)].reduce((sum, [, count]) => sum + Number(count), 0);
}
