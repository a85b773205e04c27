// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";

/** Whether a process runs; one that has ended and waits for its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}

/**
 * The process numbers that a fixture plugin wrote into the file of its key "pids"; waits until they are
 * there.
 */
export async function readPids(file: string): Promise<readonly number[]> {
  const read = (): string => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return "";
    }
  };
  await waitUntil(() => read().endsWith("\n"), 5000);
  return read().trim().split(" ").map(Number);
}

/** Waits until `condition` holds; throws when it does not within the time. */
export async function waitUntil(condition: () => boolean, withinMs = 3000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`it did not come true within ${withinMs} ms`);
    await Bun.sleep(5);
  }
}
