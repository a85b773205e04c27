// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import type { TryReport } from "../../src/cli/try/report.ts";

const root = join(import.meta.dir, "../..");

/** How one run of the tool ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line that starts the tool from its sources. */
export const plures: readonly string[] = [process.execPath, join(root, "src/main.ts")];

/** Runs `plures ARGUMENTS` in the folder of the project, as a person would, and waits for its end. */
export function runPlures(args: readonly string[], options: { readonly stdin?: string } = {}): Ended {
  const run = Bun.spawnSync([...plures, ...args], {
    cwd: root,
    stdin: Buffer.from(options.stdin ?? ""),
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { exitCode: run.exitCode, stdout: run.stdout.toString(), stderr: run.stderr.toString() };
}

/** Runs `plures try -o json ARGUMENTS` and gives the exit code and its one document. */
export function tryJson(...args: readonly string[]): {
  readonly exitCode: number;
  readonly report: TryReport;
} {
  const { exitCode, stdout } = runPlures(["try", "-o", "json", ...args]);
  return { exitCode, report: JSON.parse(stdout) };
}

/** What a report must say of the end when everything was taken away. */
export const nothingLeft: TryReport["left"] = { links: [], leases: [], journal: [] };
