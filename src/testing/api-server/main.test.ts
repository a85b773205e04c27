// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAccess, tlsOptions } from "../../cluster/index.ts";

let folder: string;
let program: Bun.Subprocess<"ignore", "pipe", "inherit"> | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-api-server-"));
});
afterAll(async () => {
  // Also when the test failed half-way.
  program?.kill("SIGKILL");
  await program?.exited;
  await rm(folder, { recursive: true });
});

test("the double as a program: objects, faults, a private kubeconfig, and the requests at the end", async () => {
  const at = (name: string) => join(folder, name);
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node1" } };
  await writeFile(at("objects.json"), JSON.stringify({ apiVersion: "v1", kind: "List", items: [node] }));
  await writeFile(
    at("faults.json"),
    JSON.stringify([{ fault: { kind: "status", code: 503 }, path: "/nodes/node1", times: 1 }]),
  );
  await writeFile(at("kubeconfig"), "old", { mode: 0o644 });
  const files = ["--objects", at("objects.json"), "--faults", at("faults.json")];
  const outs = ["--kubeconfig-out", at("kubeconfig"), "--requests-out", at("requests.json")];
  program = Bun.spawn([process.execPath, join(import.meta.dir, "main.ts"), ...files, ...outs], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await program.stdout.getReader().read();
  const url = new TextDecoder().decode(value).trim();
  expect((await stat(at("kubeconfig"))).mode & 0o777).toBe(0o600);
  const access = await loadAccess({ kubeconfig: at("kubeconfig"), env: {}, timeoutMs: 1_000 });
  expect(access.server).toBe(url);
  const headers = { authorization: access.credential.authorization ?? "" };
  const get = () => fetch(`${url}/api/v1/nodes/node1`, { headers, proxy: false, tls: tlsOptions(access) });
  expect((await get()).status).toBe(503);
  expect(await (await get()).json()).toMatchObject(node);
  program.kill("SIGTERM");
  expect(await program.exited).toBe(0);
  const requests: unknown = JSON.parse(await readFile(at("requests.json"), "utf8"));
  expect(requests).toMatchObject([
    { method: "GET", status: 503 },
    { user: "admin", status: 200 },
  ]);
});
