// SPDX-License-Identifier: Apache-2.0
import { runExecutable, timed } from "./run-executable.ts";
import { type Summary, summarize } from "./statistics.ts";

/** How long a program takes that has nothing to do, in ms. */
export interface StartTimes {
  readonly program: string;
  readonly ms: Summary;
}

const rounds = 40;

/**
 * Starts of Plures and of a plugin for comparison, in turns. `executable` is Plures under the name of the CNI
 * plugin.
 */
export async function measureStarts(node: {
  readonly executable: string;
  readonly binDir: string;
}): Promise<readonly StartTimes[]> {
  const version = { CNI_COMMAND: "VERSION" };
  const stdin = '{"cniVersion":"1.0.0"}';
  const programs = [
    { program: "true", run: { path: "/bin/true", environment: {}, stdin: "" } },
    { program: "bridge, VERSION", run: { path: `${node.binDir}/bridge`, environment: version, stdin } },
    { program: "plures, VERSION", run: { path: node.executable, environment: version, stdin } },
    {
      program: "plures --version",
      run: { path: node.executable, args: ["--version"], environment: {}, stdin: "" },
    },
    {
      program: "plures --help",
      run: { path: node.executable, args: ["--help"], environment: {}, stdin: "" },
    },
  ];
  const times = programs.map(({ program, run }) => ({ program, run, ms: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { run, ms } of times) ms.push(await timed(() => runExecutable(run)));
  }
  return times.map(({ program, ms }) => ({ program, ms: summarize(ms) }));
}
