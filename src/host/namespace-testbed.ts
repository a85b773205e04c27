// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNetworkNamespace, removeNetworkNamespace } from "./namespace.ts";

/** For tests: a network namespace at a path of its own, `ip` in it, and an end to it. */
export interface TestNamespace extends Disposable {
  readonly path: string;
  /**
   * Runs `ip ARGUMENTS` inside, the second opinion on what our own code says; throws what `ip` complains of.
   */
  ip(line: string): string;
}

/**
 * Makes a network namespace with `lo` up, and runs each of `lines` as `ip LINE` in it; `using` takes it away.
 */
export function testNamespace(lines: readonly string[] = []): TestNamespace {
  const folder = mkdtempSync(join(tmpdir(), "plures-netns-"));
  const path = join(folder, "pod");
  createNetworkNamespace(path);
  const ip = (line: string): string => {
    const run = Bun.spawnSync(["nsenter", `--net=${path}`, "ip", ...line.split(" ")]);
    if (run.exitCode !== 0) throw new Error(`ip ${line}: ${run.stderr.toString()}`);
    return run.stdout.toString();
  };
  const remove = (): void => {
    removeNetworkNamespace(path);
    rmSync(folder, { recursive: true });
  };
  try {
    for (const line of ["link set lo up", ...lines]) ip(line);
  } catch (error) {
    remove();
    throw error;
  }
  return { path, ip, [Symbol.dispose]: remove };
}
