// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { type Ending, nodeEnvironment, run } from "./processes.ts";

/** A machine of our own inside this one: mount, network and process namespaces that end together. */
export interface TestNode {
  /** Of its process 1, as the host counts. */
  readonly pid: number;
  /** Where the host finds the node's `path`. Absolute symbolic links on the way lead out of the node. */
  path(path: string): string;
  /** Runs a program in it to its end. */
  run(command: readonly string[], stdin?: string): Promise<Ending>;
  /** Like `run`, gives standard output; throws when the program fails. */
  output(command: readonly string[], stdin?: string): Promise<string>;
  /** Starts a program that stays, its output in `logFile`; it ends with the node at the latest. */
  start(command: readonly string[], logFile: string): NodeProgram;
  /** Command lines of the programs that were started so. */
  started(): readonly string[];
  /** Ends every process in it, and with them its mounts, links and namespaces. */
  stop(): Promise<void>;
}

/** A program that stays. */
export interface NodeProgram {
  hasEnded(): boolean;
  /** By SIGKILL; twice is fine. */
  kill(): Promise<void>;
}

const initScript = join(import.meta.dir, "node-init.sh");

/**
 * Starts an empty node: loopback is up, /run and /var/lib/cni are its own, everything else of the file system
 * is the host's. Needs root. It ends with the process that started it, even by SIGKILL.
 */
export async function startNode(): Promise<TestNode> {
  const init = Bun.spawn(
    [
      ...["setpriv", "--pdeathsig", "KILL", "--"],
      ...["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--"],
      ...["sh", initScript],
    ],
    { env: nodeEnvironment, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  const pid = await firstLine(init.stdout);
  if (pid === "") throw new Error(`starting a test node: ${(await new Response(init.stderr).text()).trim()}`);
  return nodeOf(init, Number(pid));
}

function nodeOf(init: Bun.Subprocess, pid: number): TestNode {
  const started: string[] = [];
  const inside = ["nsenter", `--target=${pid}`, "--mount", "--net", "--pid", "--"];
  return {
    pid,
    path: (path) => `/proc/${pid}/root${path}`,
    run: (command, stdin) => run([...inside, ...command], stdin),
    async output(command, stdin) {
      const { exitCode, stdout, stderr } = await run([...inside, ...command], stdin);
      if (exitCode === 0) return stdout;
      throw new Error(
        `running "${command.join(" ")}" in the test node: exit code ${exitCode}, ${stderr.trim()}`,
      );
    },
    start(command, logFile) {
      started.push(command.join(" "));
      return startProgram([...inside, ...command], logFile);
    },
    started: () => started,
    async stop() {
      // Its process 1 takes all others of the namespace along; unshare ends when it has seen that happen.
      if (init.exitCode === null && init.signalCode === null) process.kill(pid, "SIGKILL");
      await init.exited;
    },
  };
}

function startProgram(command: readonly string[], logFile: string): NodeProgram {
  const log = Bun.file(logFile);
  const options = { env: nodeEnvironment, stdin: "ignore", stdout: log, stderr: log } as const;
  const nsenter = Bun.spawn([...command], options);
  const hasEnded = () => nsenter.exitCode !== null || nsenter.signalCode !== null;
  return {
    hasEnded,
    async kill() {
      if (hasEnded()) return;
      // The program is nsenter's child; nsenter ends with it, and must live to see that.
      const children = await Bun.file(`/proc/${nsenter.pid}/task/${nsenter.pid}/children`).text();
      for (const pid of children.match(/\d+/g) ?? []) process.kill(Number(pid), "SIGKILL");
      await nsenter.exited;
    },
  };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text.split("\n")[0] ?? "";
}
