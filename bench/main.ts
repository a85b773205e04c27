// SPDX-License-Identifier: Apache-2.0
// How long the plugins take alone, and through Plures: bench/main.ts [--pods N] [-o text|json] [--plures
// FILE] [--shim FILE]. Needs root, dist/plures and dist/multus.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enterSandbox, outsideVariable, prepareSandbox } from "../src/host/sandbox/index.ts";
import { readOptions } from "./options.ts";
import { formatReport } from "./report-text.ts";
import { runBench } from "./run-bench.ts";
import { isReached, targetsOf } from "./targets.ts";

const binDir = "/usr/lib/cni";
/** Tells the program inside which folder the one outside made, and takes away. */
const folderVariable = "PLURES_BENCH_FOLDER";
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const outside = process.env[outsideVariable];
try {
  process.exitCode = outside === undefined ? await startInside() : await measure(outside);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

/** Runs this program again in a sandbox; gives its exit code. */
async function startInside(): Promise<number> {
  const { plures, shim } = readOptions(process.argv.slice(2));
  for (const file of [plures, shim]) {
    if (!existsSync(file)) throw new Error(`${file} is not there: run "make executable shim"`);
  }
  const command = [process.execPath, Bun.main, ...process.argv.slice(2)];
  const { argv, environment } = enterSandbox({ command, root: process.getuid?.() === 0 });
  const folder = mkdtempSync(join(tmpdir(), "plures-bench-"));
  try {
    const inside = Bun.spawn([...argv], {
      env: { ...process.env, ...environment, [folderVariable]: folder },
      stdio: ["inherit", "inherit", "inherit"],
    });
    for (const signal of endingSignals) process.on(signal, () => inside.kill(signal));
    return await inside.exited;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(outsideOf: string): Promise<number> {
  const { output, ...options } = readOptions(process.argv.slice(2));
  for (const signal of endingSignals) process.once(signal, () => process.exit(1));
  await prepareSandbox({ outside: outsideOf });
  const folder = process.env[folderVariable] ?? "";
  const progress = (what: string): void => console.error(`measuring: ${what}`);
  const report = await runBench({ ...options, folder, binDir, progress });
  console.log(output === "json" ? JSON.stringify(report, null, 2) : formatReport(report));
  // A slow machine is no failure; what is left behind is.
  return targetsOf(report).every((target) => target.limit !== 0 || isReached(target)) ? 0 : 1;
}
