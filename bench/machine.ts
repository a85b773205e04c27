// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, release } from "node:os";
import { pluresVersion } from "../src/cli/version.ts";

/** Where the numbers come from. */
export interface Machine {
  readonly date: string;
  readonly plures: string;
  readonly bun: string;
  readonly cores: number;
  readonly processor: string;
  readonly architecture: string;
  readonly kernel: string;
  /** Where the plugins are, and what they speak. */
  readonly plugins: string;
  /** Runnable processes, over the last minute, before the first measurement. */
  readonly load: number;
}

/** Describes this machine and the plugins in `binDir`. */
export function describeMachine(binDir: string): Machine {
  return {
    date: new Date().toISOString(),
    plures: pluresVersion,
    bun: Bun.version,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? "unknown",
    architecture: arch(),
    kernel: release(),
    plugins: pluginVersion(binDir),
    load: Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]),
  };
}

/**
 * Without CNI_COMMAND a plugin of containernetworking prints who it is and what it speaks; Debian's know no
 * version of their own.
 */
function pluginVersion(binDir: string): string {
  const { stderr } = Bun.spawnSync([`${binDir}/bridge`], { env: {}, stdout: "ignore", stderr: "pipe" });
  const spoken = stderr.toString().match(/supported: (.*)$/m)?.[1];
  return `${binDir}, CNI up to ${spoken?.split(", ").at(-1) ?? "unknown"}`;
}
