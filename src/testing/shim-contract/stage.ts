// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CniVerb } from "../../cni/index.ts";
import type { RunStep } from "../../protocol/index.ts";
import { installFixturePlugins } from "../plugins/index.ts";
import { createScriptedAgent, type ScriptedAgent } from "./scripted-agent.ts";
import { within } from "./within.ts";

/**
 * Puts the shim under test into the folder given, where an executable `plures` is already, and gives the
 * command that starts it: a runtime would start it there.
 */
export type ShimInstaller = (dir: string) => readonly string[];

/** How a shim ended. */
export interface ShimEnd {
  readonly stdout: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface RunningShim {
  readonly pid: number;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  readonly ended: Promise<ShimEnd>;
}

/** What the shim started when it did not go on with the agent. */
export interface HandOver {
  readonly args: readonly string[];
  readonly environment: readonly string[];
  readonly stdin: string;
  /** Of the process numbers in the stage's file `pids`, those that ran still. */
  readonly alive: readonly string[];
}

/** What a test starts a shim with; all has a value. */
export interface ShimStart {
  readonly verb?: CniVerb;
  readonly args?: readonly string[];
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A host with a shim, fixture plugins and an agent, all in one temporary folder. */
export interface ShimStage {
  readonly folder: string;
  readonly binDir: string;
  readonly socketDir: string;
  readonly agent: ScriptedAgent;
  /** The configuration that the shim gets unless the test says otherwise. */
  readonly stdin: string;
  readonly environment: Readonly<Record<string, string>>;
  start(start?: ShimStart): RunningShim;
  /** What was started beside the shim; undefined when nothing was. */
  handOver(): HandOver | undefined;
  /** A run of a fixture plugin that is allowed. */
  aRun(plugin: string, changes?: Partial<RunStep> & { readonly config?: object }): RunStep;
  remove(): void;
}

/** What the stand-in for the executable beside the shim prints and ends with. */
export const standIn = { stdout: "said by the stand-in", exitCode: 42 } as const;

// What a shell sets by itself is none of the environment that the shim was given.
const standInScript = `#!/bin/sh
here=\${0%/*}
tr '\\0' '\\n' </proc/$$/environ >"$here/handed-over.environment"
printf '%s\\n' "$@" >"$here/handed-over.args"
cat >"$here/handed-over.stdin"
if [ -f "$here/pids" ]; then
  sleep 0.1
  for pid in $(cat "$here/pids"); do
    state=$(cat "/proc/$pid/stat" 2>/dev/null)
    case $state in '' | *') Z '*) ;; *) echo "$pid" >>"$here/handed-over.alive" ;; esac
  done
fi
printf '%s' '${standIn.stdout}'
exit ${standIn.exitCode}
`;

/** Makes a stage; the caller removes it. */
export async function createStage(install: ShimInstaller): Promise<ShimStage> {
  const folder = mkdtempSync(join(tmpdir(), "plures-shim-"));
  const binDir = installFixturePlugins(join(folder, "bin"));
  const socketDir = join(folder, "run");
  const agent = await createScriptedAgent(socketDir);
  writeFileSync(join(folder, "plures"), standInScript);
  chmodSync(join(folder, "plures"), 0o755);
  const command = install(folder);
  const stdin = JSON.stringify({
    cniVersion: "1.1.0",
    name: "multus-cni-network",
    type: "multus",
    daemonSocketDir: socketDir,
  });
  const environment = {
    CNI_CONTAINERID: "c1",
    CNI_NETNS: "/run/netns/absent",
    CNI_IFNAME: "eth0",
    CNI_PATH: `${join(folder, "elsewhere")}:${binDir}`,
    CNI_ARGS: "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web",
    PATH: process.env.PATH ?? "",
    OTHER: "of the runtime",
  };
  const running: Bun.Subprocess[] = [];
  return {
    folder,
    binDir,
    socketDir,
    agent,
    stdin,
    environment,
    start: (start = {}) => {
      const shim = startShim([...command, ...(start.args ?? [])], start.stdin ?? stdin, {
        ...(start.args === undefined
          ? { CNI_COMMAND: start.verb ?? "ADD", ...environment }
          : { PATH: environment.PATH }),
        ...start.environment,
      });
      running.push(shim.child);
      return shim;
    },
    handOver: () => readHandOver(folder),
    aRun: (plugin, { config, ...changes } = {}) => ({
      timeoutMs: 10_000,
      plugin,
      searchDirs: [binDir],
      environment: ["CNI_COMMAND=ADD", "CNI_CONTAINERID=c1", "CNI_NETNS=/run/netns/x", "CNI_IFNAME=net1"],
      stdin: new TextEncoder().encode(
        JSON.stringify({ cniVersion: "1.0.0", name: "n", type: plugin, ...config }),
      ),
      ...changes,
    }),
    remove: () => {
      agent.close();
      for (const child of running) child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function startShim(command: readonly string[], stdin: string, env: Record<string, string>) {
  const child = Bun.spawn([...command], { env, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.write(stdin);
  child.stdin.end();
  const stdout = new Response(child.stdout).text();
  const ended = async (): Promise<ShimEnd> => {
    await child.exited;
    return {
      stdout: await stdout,
      exitCode: child.exitCode,
      signal: child.signalCode === null ? null : String(child.signalCode),
    };
  };
  const end = within("the shim to end", ended());
  // A test that failed already does not wait for it.
  end.catch(() => {});
  return {
    child,
    pid: child.pid,
    kill: (signal: "SIGTERM" | "SIGKILL") => child.kill(signal),
    ended: end,
  };
}

function readHandOver(folder: string): HandOver | undefined {
  const file = (name: string): string => join(folder, `handed-over.${name}`);
  if (!existsSync(file("stdin"))) return undefined;
  const lines = (name: string): readonly string[] => readFileSync(file(name), "utf8").trimEnd().split("\n");
  return {
    args: lines("args"),
    environment: lines("environment"),
    stdin: readFileSync(file("stdin"), "utf8"),
    alive: existsSync(file("alive")) ? lines("alive") : [],
  };
}
