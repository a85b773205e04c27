// SPDX-License-Identifier: Apache-2.0
import { existsSync, rmSync } from "node:fs";
import { chmod, mkdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { runOrThrow, waitUntil } from "../containerd/processes.ts";

/** Which of the real plugins can be stopped at a step. */
export const stoppablePlugins = ["bridge", "macvlan", "tuning", "portmap", "host-local"] as const;

/** A moment in the life of one plugin run. */
export interface Stop {
  readonly containerId: string;
  readonly verb: "ADD" | "DEL";
  readonly plugin: (typeof stoppablePlugins)[number];
  readonly interface: string;
  /** `before` the real plugin starts, or `after` it ended and before its answer is given on. */
  readonly when: "before" | "after";
}

/** A stop that has been set: the next plugin run that comes by waits there. */
export interface ArmedStop {
  reached(): Promise<void>;
  /** Lets the one who waits there go on. */
  release(): Promise<void>;
  /** Takes the stop away; who waits there must have been ended. */
  disarm(): void;
}

/**
 * Puts a script before each of `plugins` in `binDir` that runs the real one, and waits where a stop is set.
 */
export async function makeStoppable(place: {
  readonly binDir: string;
  readonly plugins: readonly string[];
  readonly stopDir: string;
}): Promise<void> {
  await mkdir(place.stopDir);
  for (const plugin of place.plugins) {
    const path = join(place.binDir, plugin);
    const real = await realpath(path);
    await rm(path);
    await Bun.write(path, scriptBefore(real, place.stopDir));
    await chmod(path, 0o755);
  }
}

function scriptBefore(real: string, stopDir: string): string {
  return `#!/bin/sh
stop="${stopDir}/$CNI_CONTAINERID.$CNI_COMMAND.\${0##*/}.$CNI_IFNAME"
wait_at() {
  [ -p "$stop.$1" ] && mv "$stop.$1" "$stop.$1.taken" 2>/dev/null || return 0
  : >"$stop.$1.reached"
  read -r _ <"$stop.$1.taken"
}
wait_at before
[ -p "$stop.after" ] || exec "${real}"
answer=$("${real}")
code=$?
wait_at after
printf '%s' "$answer"
exit $code
`;
}

/** Sets a stop. */
export async function armStop(workDir: string, stop: Stop): Promise<ArmedStop> {
  const name = [stop.containerId, stop.verb, stop.plugin, stop.interface, stop.when].join(".");
  const fifo = join(workDir, "stops", name);
  // Taken by the first who comes: another one would wait where nobody knows of it.
  const taken = `${fifo}.taken`;
  const reached = `${fifo}.reached`;
  await runOrThrow(["mkfifo", fifo]);
  return {
    reached: () => waitUntil(`a plugin comes to ${name}`, async () => existsSync(reached)),
    release: async () => {
      await Bun.write(Bun.file(taken), "\n");
    },
    disarm() {
      for (const path of [fifo, taken, reached]) rmSync(path, { force: true });
    },
  };
}
