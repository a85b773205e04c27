// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeCgroups } from "./cgroups.ts";

const prefix = "plures-e2e-containerd-";
const ownerFile = "owner";

/**
 * A new folder for one test file, after taking away what crashed runs left: folders and cgroups whose owner
 * has ended.
 */
export async function makeWorkDir(): Promise<string> {
  await sweepLeftovers();
  const dir = await mkdtemp(join(tmpdir(), prefix));
  await Bun.write(join(dir, ownerFile), (await processBirth(process.pid)) ?? "");
  return dir;
}

/**
 * Takes away what test processes that no longer live left behind. Their processes, mounts and links ended
 * with them.
 */
async function sweepLeftovers(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const owner = await readIfThere(join(tmpdir(), name, ownerFile));
    // Without an owner yet, somebody is just making it.
    if (owner === undefined || (await isAlive(owner))) continue;
    await removeCgroups(name);
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

async function isAlive(owner: string): Promise<boolean> {
  const [pid] = owner.split(" ");
  return (await processBirth(Number(pid))) === owner;
}

/**
 * The process and when it started, in clock ticks, so that a later process of that number is not taken for
 * it; undefined when there is none.
 */
async function processBirth(pid: number): Promise<string | undefined> {
  const stat = await readIfThere(`/proc/${pid}/stat`);
  // proc(5): field 22; the second, the name, may hold spaces and ends with the last parenthesis.
  const startTime = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return startTime === undefined ? undefined : `${pid} ${startTime}`;
}

async function readIfThere(path: string): Promise<string | undefined> {
  return Bun.file(path)
    .text()
    .catch(() => undefined);
}
