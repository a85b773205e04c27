// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Executable, runExecutable, timed } from "./run-executable.ts";
import { startProgram } from "./start-program.ts";
import { type Summary, summarize } from "./statistics.ts";

/** How long a program takes that has nothing to do, in ms. */
export interface StartTimes {
  readonly program: string;
  readonly ms: Summary;
}

const rounds = 40;

/** What is started, and an empty folder. */
export interface StartSetting {
  /** Plures under the name of the CNI plugin. */
  readonly executable: string;
  readonly shim: string;
  readonly binDir: string;
  readonly folder: string;
}

/**
 * Starts of Plures and of a plugin for comparison, in turns; with an agent that answers at once, what asking
 * one costs.
 */
export async function measureStarts(setting: StartSetting): Promise<readonly StartTimes[]> {
  const socketDir = join(setting.folder, "instant");
  mkdirSync(socketDir, { mode: 0o700 });
  const agent = await startProgram([process.execPath, join(import.meta.dir, "instant-agent.ts"), socketDir]);
  try {
    const times = startRows(setting, socketDir).map((row) => ({ ...row, ms: [] as number[] }));
    for (let round = 0; round < rounds; round++) {
      for (const { run, ms } of times) ms.push(await timed(() => runExecutable(run)));
    }
    return times.map(({ program, ms }) => ({ program, ms: summarize(ms) }));
  } finally {
    await agent.stop();
  }
}

interface StartRow {
  readonly program: string;
  readonly run: Executable;
}

function startRows({ executable, shim, binDir }: StartSetting, socketDir: string): readonly StartRow[] {
  const config = { cniVersion: "1.0.0", name: "m", type: "multus", daemonSocketDir: socketDir, binDir };
  const call = (path: string, verb: string): Executable => ({
    path,
    environment: { CNI_COMMAND: verb, CNI_PATH: binDir },
    stdin: JSON.stringify(config),
  });
  const tool = (argument: string): Executable => ({
    path: executable,
    args: [argument],
    environment: {},
    stdin: "",
  });
  return [
    { program: "true", run: { path: "/bin/true", environment: {}, stdin: "" } },
    { program: "bridge, VERSION", run: call(`${binDir}/bridge`, "VERSION") },
    { program: "static shim, VERSION", run: call(shim, "VERSION") },
    { program: "static shim, an agent that answers at once", run: call(shim, "STATUS") },
    { program: "TypeScript shim, VERSION", run: call(executable, "VERSION") },
    { program: "TypeScript shim, an agent that answers at once", run: call(executable, "STATUS") },
    { program: "plures --version", run: tool("--version") },
    { program: "plures --help", run: tool("--help") },
  ];
}
