// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { installFixturePlugins } from "../testing/plugins/index.ts";
import { isAlive, readPids, waitUntil } from "../testing/plugins/processes.ts";
import { createLeash } from "./leash.ts";

let dir: string;
beforeAll(() => {
  dir = installFixturePlugins(mkdtempSync(`${tmpdir()}/plures-leash-`));
});
afterAll(() => rmSync(dir, { recursive: true }));

const program = `${import.meta.dir}/../testing/plugins/run-hanging-plugin.ts`;

async function expectNobodySurvives(command: readonly string[], name: string): Promise<void> {
  const pids = `${dir}/${name}.pids`;
  const parent = Bun.spawn([...command, dir, pids], { stdio: ["ignore", "inherit", "inherit"] });
  const family = await readPids(pids);
  expect(family.map(isAlive)).toEqual([true, true]);
  parent.kill("SIGKILL");
  await parent.exited;
  await waitUntil(() => !family.some(isAlive), 1000);
}

test("a plugin and its child die with us when we are killed", () =>
  expectNobodySurvives([process.execPath, program], "source"));

test("so they do with a compiled executable", async () => {
  const executable = `${dir}/compiled`;
  const built = Bun.spawnSync([process.execPath, "build", "--compile", program, "--outfile", executable]);
  expect(built.exitCode).toBe(0);
  await expectNobodySurvives([executable], "compiled");
});

test("released, a leash lets the group live", async () => {
  const leash = createLeash((reason) => expect(reason).toBe(""));
  if (leash === undefined) throw new Error("no leash");
  const child = Bun.spawn(["sleep", "30"], {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", leash.descriptor],
  });
  leash.tie(child.pid);
  leash.release();
  await Bun.sleep(50);
  expect(isAlive(child.pid)).toBe(true);
  child.kill("SIGKILL");
  await child.exited;
});
