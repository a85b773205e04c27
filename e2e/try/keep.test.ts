// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { nothingLeft, plures } from "./run-plures.ts";

// IPv6 looks for duplicates of each address, and a machine that tests is busy.
setDefaultTimeout(60_000);

const root = join(import.meta.dir, "../..");

/** A run that has got as far as keeping its sandbox. */
interface Kept {
  readonly outside: Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** The process in the sandbox. */
  readonly insidePid: number;
  readonly notes: string;
}

let running: Kept | undefined;

afterEach(() => running?.outside.kill("SIGKILL"));

async function startKeeping(): Promise<Kept> {
  const args = ["try", "-f", "examples/two-networks-pod", "--keep", "-o", "json"];
  const outside = Bun.spawn([...plures, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let notes = "";
  for await (const chunk of outside.stderr) {
    notes += new TextDecoder().decode(chunk);
    if (notes.includes("pod default/database")) break;
  }
  running = { outside, insidePid: Number(/kill (\d+)/.exec(notes)?.[1]), notes };
  return running;
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && existsSync(`/proc/${pid}`); tries += 1) await Bun.sleep(50);
  return !existsSync(`/proc/${pid}`);
}

test("--keep says how to look into a pod, and that works", async () => {
  const { notes } = await startKeeping();
  const command = /pod default\/web +(nsenter .*)/.exec(notes)?.[1] ?? "";
  const { stdout } = Bun.spawnSync(command.split(" "));
  for (const address of ["10.244.0.2/24", "192.168.10.100/24", "172.20.0.2/24"]) {
    expect(stdout.toString()).toContain(address);
  }
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} ends it: the report is printed, nothing is left`, async () => {
    const { outside, insidePid } = await startKeeping();
    outside.kill(signal);
    expect(JSON.parse(await outside.stdout.text())).toMatchObject({ verdict: "ok", left: nothingLeft });
    expect(await outside.exited).toBe(0);
    expect(await isGone(insidePid)).toBe(true);
  });
}

test("when the program outside is killed, the one inside ends too, and the namespaces with it", async () => {
  const { outside, insidePid } = await startKeeping();
  outside.kill("SIGKILL");
  expect(await isGone(insidePid)).toBe(true);
});

test("a signal before the end takes everything away and says so", async () => {
  const args = [...plures, "try", "-f", "examples/dual-stack"];
  const outside = Bun.spawn(args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  await Bun.sleep(1000); // IPv6 takes its time there, two seconds per pod
  outside.kill("SIGTERM");
  expect(await outside.exited).toBe(5);
  expect(await outside.stderr.text()).toContain("interrupted before the end; everything was taken away");
});
