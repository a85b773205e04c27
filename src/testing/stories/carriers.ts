// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { startAgent } from "../../agent/main.ts";
import { answer, connect, type PluginAnswer } from "../../shim/index.ts";
import type { Cluster, VerbPorts } from "../../verbs/index.ts";

/** What a runtime gives to the executable. */
export interface CarriedRequest {
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** Comes when the runtime ends it. */
  readonly signal: AbortSignal;
}

/** How requests get to the stories and answers back. */
export interface Carrier {
  /** What the node's configuration has besides. */
  readonly config: Readonly<Record<string, unknown>>;
  carry(request: CarriedRequest): Promise<PluginAnswer>;
  close(): void;
}

/** Of a node, what differs from the real world. */
export interface CarrierNode {
  readonly folder: string;
  /** Asked anew for each request. */
  readonly cluster: () => Cluster | undefined;
  /** Instead of the kubelet's. */
  readonly devices: VerbPorts["devices"] | undefined;
}

export type CarrierMaker = (node: CarrierNode) => Carrier;

/** The way of the executable without an agent, without starting it. */
export const carryInProcess: CarrierMaker = ({ cluster, devices }) => ({
  config: {},
  carry: ({ environment, stdin, signal }) =>
    answer({
      environment,
      stdin,
      connect: (config, request) => ({
        ...connect({ config, request, signal, cluster: cluster() }),
        ...(devices === undefined ? {} : { devices }),
      }),
    }),
  close: () => {},
});

/** An agent in this process, and the shim that `command` starts: a process of its own for each request. */
export function carryThroughAgent(command: (folder: string) => readonly string[]): CarrierMaker {
  return ({ folder, cluster, devices }) => {
    const socketDir = join(folder, "run");
    const { server } = startAgent({
      socketDir,
      software: "plures of the test",
      clusterFor: cluster,
      log: () => {},
      adaptPorts: (ports) => (devices === undefined ? ports : { ...ports, devices }),
    });
    return {
      config: { daemonSocketDir: socketDir },
      carry: (request) => runShim(command(folder), request),
      close: server.close,
    };
  };
}

async function runShim(
  command: readonly string[],
  { environment, stdin, signal }: CarriedRequest,
): Promise<PluginAnswer> {
  const shim = Bun.spawn([...command], {
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdio: [Buffer.from(stdin), "pipe", "pipe"],
  });
  const end = (): void => shim.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  const [stdout, stderr] = await Promise.all([
    new Response(shim.stdout).text(),
    new Response(shim.stderr).text(),
  ]);
  const exitCode = await shim.exited;
  signal.removeEventListener("abort", end);
  if (exitCode === 0 || exitCode === 1) return { stdout, exitCode };
  throw new Error(`the shim ended with ${shim.signalCode ?? exitCode}: ${stdout}${stderr}`);
}
