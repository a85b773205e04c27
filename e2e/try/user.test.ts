// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nothingLeft } from "./run-plures.ts";

// IPv6 looks for duplicates of each address, and a machine that tests is busy.
setDefaultTimeout(60_000);

const root = join(import.meta.dir, "../..");
const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const mayMakeNamespaces = Bun.spawnSync([...asNobody, "unshare", "-U", "-r", "true"]).exitCode === 0;

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plures-user-"));
  chmodSync(folder, 0o755);
  const outfile = join(folder, "plures");
  const build = ["build", "--compile", "--bytecode", join(root, "src/main.ts"), `--outfile=${outfile}`];
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, ...build]);
  if (exitCode !== 0) throw new Error(stderr.toString());
  cpSync(join(root, "examples/two-networks-pod"), join(folder, "example"), { recursive: true });
});

afterAll(() => rmSync(folder, { recursive: true }));

function runAs(prefix: readonly string[], args: readonly string[]) {
  const run = Bun.spawnSync([...prefix, join(folder, "plures"), "try", ...args], { cwd: folder });
  return { exitCode: run.exitCode, stdout: run.stdout.toString(), stderr: run.stderr.toString() };
}

test("the compiled executable enters its sandbox by starting itself again", () => {
  const { exitCode, stdout } = runAs([], ["-f", "example", "-o", "json"]);
  expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({
    exitCode: 0,
    verdict: "ok",
    left: nothingLeft,
  });
});

test("an ordinary user gets the same where the kernel gives user namespaces, else is told how to", () => {
  const { exitCode, stdout, stderr } = runAs(asNobody, ["-f", "example", "-o", "json"]);
  const document = JSON.parse(stdout);
  if (!mayMakeNamespaces) {
    expect(exitCode).toBe(5);
    expect(stderr).toContain("hint: ");
    return;
  }
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({ verdict: "ok", left: nothingLeft });
  expect(document.pods[0].interfaces.map(({ name }: { name: string }) => name)).toEqual([
    "eth0",
    "net1",
    "data0",
  ]);
});

test("the machine itself is not touched", () => {
  runAs([], ["-f", "example"]);
  for (const path of ["/run/netns/try-1-web", "/var/lib/cni/networks/storage", "/sys/class/net/br-storage"]) {
    expect({ path, exists: existsSync(path) }).toEqual({ path, exists: false });
  }
});
