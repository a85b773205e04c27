// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startAgent } from "../../agent/requests/start-agent.ts";
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

/**
 * An agent in this process, and a shim that is a process of its own for each request; `install` puts it into
 * a folder in which the executable `plures` is already, and gives the command that starts it. On a node where
 * nobody can be asked there is no agent, and the shim hands over to the executable.
 */
export function carryThroughAgent(install: (folder: string) => readonly string[]): CarrierMaker {
  return (node) => {
    const { folder, cluster, devices } = node;
    const beside = join(folder, "shim");
    const handedOver = installExecutable(beside);
    const command = install(beside);
    if (cluster() === undefined) {
      return { config: {}, carry: (request) => runShim(command, request), close: () => {} };
    }
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
      carry: async (request) => {
        const answered = await runShim(command, request);
        // VERSION is about nobody's networks: shims need no agent for it.
        if (request.environment.CNI_COMMAND !== "VERSION" && existsSync(handedOver)) {
          throw new Error(`the shim did not ask the agent: ${readFileSync(handedOver, "utf8")}`);
        }
        return answered;
      },
      close: server.close,
    };
  };
}

/** Puts an executable `plures` into the folder; gives the file in which it notes how it was started. */
function installExecutable(folder: string): string {
  const note = join(folder, "handed-over");
  const program = join(import.meta.dir, "../../main.ts");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "plures"),
    `#!/bin/sh\necho "$*" >>'${note}'\nexec '${process.execPath}' '${program}' "$@"\n`,
    { mode: 0o755 },
  );
  return note;
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
