// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

/** The CNI plugins for tests; each is a shell script whose head says what it does. */
export const fixturePlugins = [
  "count-runs",
  "die-by-signal",
  "echo-result",
  "exit-nonzero-with-success-json",
  "fail-with-code",
  "flood-output",
  "gc-and-status-1.1",
  "hang",
  "hang-ignoring-sigterm",
  "hang-with-child",
  "ignore-stdin",
  "leave-child-behind",
  "older-than-version",
  "print-garbage",
  "print-nothing",
  "show-environment",
  "version-only-0.2.0",
  "wait-for-company",
] as const;

export type FixturePlugin = (typeof fixturePlugins)[number];

/**
 * Puts all fixture plugins into the folder `dir`, which it makes if need be; gives `dir` back. They need
 * /bin/sh and coreutils or busybox. Those that fail, log or count take their orders from keys of the
 * configuration.
 */
export function installFixturePlugins(dir: string): string {
  mkdirSync(dir, { recursive: true });
  const prologue = readFileSync(`${import.meta.dir}/prologue.sh`, "utf8");
  for (const name of fixturePlugins) {
    const body = readFileSync(`${import.meta.dir}/${name}.sh`, "utf8");
    writeFileSync(`${dir}/${name}`, `${prologue}\n${body}`);
    chmodSync(`${dir}/${name}`, 0o755);
  }
  return dir;
}
