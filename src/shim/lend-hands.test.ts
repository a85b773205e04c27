// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { installFixturePlugins } from "../testing/plugins/index.ts";
import { isAlive, readPids, waitUntil } from "../testing/plugins/processes.ts";
import { lendHands } from "./lend-hands.ts";

// What steps do is in shim-contract.test.ts; here is what nobody can see from outside.

test("hands that were let go have ended all, tell nothing and begin nothing", async () => {
  const dir = mkdtempSync(`${tmpdir()}/plures-hands-`);
  installFixturePlugins(dir);
  const told: number[] = [];
  const hands = lendHands({ searchDirs: [dir], foldersFile: "", ended: (id) => told.push(id) });
  const run = (plugin: string) => ({
    timeoutMs: 10_000,
    plugin,
    searchDirs: [dir],
    environment: ["CNI_COMMAND=ADD"],
    stdin: Buffer.from(JSON.stringify({ cniVersion: "1.0.0", pids: `${dir}/pids` })),
  });
  hands.take({ kind: "run", id: 1, run: run("hang-with-child") });
  const family = await readPids(`${dir}/pids`);
  await hands.letGo();
  await waitUntil(() => !family.some(isAlive), 500);
  hands.take({ kind: "run", id: 2, run: run("count-runs") });
  hands.take({ kind: "look", id: 3, plugin: "count-runs", searchDirs: [dir] });
  await Bun.sleep(50);
  expect(told).toEqual([]);
  expect(existsSync(`${dir}/count-runs.runs`)).toBe(false);
  rmSync(dir, { recursive: true });
});
