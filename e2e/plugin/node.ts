// SPDX-License-Identifier: Apache-2.0
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { inNetworkNamespace } from "../../src/host/namespace.ts";
import { enterSandbox } from "../../src/host/sandbox/index.ts";
import { type ApiServer, startApiServer } from "../../src/testing/api-server/index.ts";
import { makePluginDir } from "../containerd/cni-dirs.ts";
import { pluresExecutable } from "../containerd/plures-node.ts";
import { type Ending, run } from "../containerd/processes.ts";
import { makeWorkDir } from "../containerd/work-dir.ts";
import { processesBeside } from "./node-processes.ts";
import { makeStoppable, stoppablePlugins } from "./plugin-stops.ts";

/**
 * A machine of our own inside this one, with the real plugins, the real executable as `multus`, and an API
 * server. `/run` and `/var/lib/cni` are its own, all else is the host's.
 */
export interface PluginNode {
  /** Of the program that keeps its namespaces; they are in `/proc/<pid>/ns`. */
  readonly pid: number;
  /** Seen by the node and by the host alike. */
  readonly workDir: string;
  readonly binDir: string;
  /** Listens on the node's loopback. */
  readonly api: ApiServer;
  readonly kubeconfig: string;
  /** Where the host finds the node's `path`. */
  path(path: string): string;
  /**
   * The command that runs `command` in the node; it becomes the program, so its process id is the program's.
   */
  inside(command: readonly string[]): readonly string[];
  /** Runs a program of the node that must succeed; gives its standard output. */
  output(command: readonly string[]): Promise<string>;
  /** Ends whatever runs in it, and takes it away. */
  stop(): Promise<void>;
}

/** The links of the node that NADs name as `master`. */
export const masters = { v0: "192.168.10.1/24" } as const;

/** Starts a node; `objects` are what its API has. */
export async function startNode(objects: readonly unknown[] = []): Promise<PluginNode> {
  const workDir = await makeWorkDir();
  const binDir = join(workDir, "bin");
  await makePluginDir(binDir);
  await makeStoppable({ binDir, plugins: stoppablePlugins, stopDir: join(workDir, "stops") });
  await symlink(pluresExecutable(), join(binDir, "multus"));
  const lans = Object.entries(masters).map(([name, address]) => `${name}=${address}`);
  const entry = enterSandbox({
    command: [process.execPath, join(import.meta.dir, "node-init.ts"), ...lans],
    root: true,
  });
  const init = Bun.spawn([...entry.argv], {
    env: { ...process.env, ...entry.environment },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await init.stdout.getReader().read();
  if (new TextDecoder().decode(value) !== "ready\n") throw new Error("starting a node: it did not get ready");

  // A socket belongs to the namespace in which it was made: the double serves the node from this process.
  const api = await inNetworkNamespace(`/proc/${init.pid}/ns/net`, () => startApiServer({ objects }));
  const kubeconfig = join(workDir, "multus.kubeconfig");
  await Bun.write(kubeconfig, api.kubeconfig());
  const inside = (command: readonly string[]): readonly string[] => [
    ...["nsenter", `--target=${init.pid}`, "--mount", "--net", "--"],
    ...command,
  ];
  return {
    pid: init.pid,
    workDir,
    binDir,
    api,
    kubeconfig,
    path: (path) => `/proc/${init.pid}/root${path}`,
    inside,
    output: async (command) => succeeded(command, await run(inside(command))),
    async stop() {
      await api.stop();
      // What a failed test left running would wait for ever.
      for (const pid of processesBeside(init.pid)) endProcess(pid);
      init.stdin.end();
      await init.exited;
      await rm(workDir, { recursive: true });
    },
  };
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended in this very moment.
  }
}

function succeeded(command: readonly string[], { exitCode, stdout, stderr }: Ending): string {
  if (exitCode === 0) return stdout;
  throw new Error(`running "${command.join(" ")}" in the node: exit code ${exitCode}, ${stderr.trim()}`);
}
