// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCertificate, renderKubeconfig } from "../testing/api-server/index.ts";
import { cniRejectionOf } from "../testing/cni-error-of.ts";
import { loadAccess } from "./load-access.ts";

const v1 = "client.authentication.k8s.io/v1";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-exec-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(script: string, exec: Record<string, unknown> = {}, timeoutMs = 3_000) {
  await writeFile(join(folder, "get-token"), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, "get-token"), 0o755);
  const user = { exec: { apiVersion: v1, command: "./get-token", interactiveMode: "Never", ...exec } };
  const path = join(folder, "config");
  await writeFile(path, renderKubeconfig({ cluster: { server: "https://h:1" }, user }));
  return loadAccess({ kubeconfig: path, env: { PATH: process.env.PATH }, timeoutMs });
}

const answer = (status: unknown, apiVersion = v1) =>
  `cat <<'END'\n${JSON.stringify({ apiVersion, kind: "ExecCredential", status })}\nEND`;

test("a token with its expiry", async () => {
  const access = await load(answer({ token: "tok", expirationTimestamp: "2030-01-02T03:04:05Z" }));
  expect(access.credential.authorization).toBe("Bearer tok");
  expect(access.credential.freshUntil).toBe(Date.parse("2030-01-02T03:04:05Z"));
});

test("v1beta1, and a certificate instead of a token", async () => {
  const [cert, key] = [readCertificate("client.crt"), readCertificate("client.key")];
  const beta = "client.authentication.k8s.io/v1beta1";
  const status = { clientCertificateData: cert, clientKeyData: key };
  const access = await load(answer(status, beta), { apiVersion: beta });
  expect(access.certificate?.cert.text).toBe(cert);
  expect(access.certificate?.key.text).toBe(key);
  expect(access.credential.authorization).toBeUndefined();
});

test("args, env and cluster info reach the plugin", async () => {
  const record = `printf '%s|%s|%s' "$1" "$ZONE" "$KUBERNETES_EXEC_INFO" > ${folder}/seen\n${answer({ token: "t" })}`;
  await load(record, { args: ["one two"], env: [{ name: "ZONE", value: "z 1" }], provideClusterInfo: true });
  const [arg, zone, info = ""] = (await readFile(join(folder, "seen"), "utf8")).split("|");
  expect([arg, zone]).toEqual(["one two", "z 1"]);
  expect(JSON.parse(info)).toEqual({
    apiVersion: v1,
    kind: "ExecCredential",
    spec: { interactive: false, cluster: { server: "https://h:1" } },
  });
});

test.each<[string, string, Record<string, unknown>, RegExp]>([
  ["fails", "exit 7", {}, /it ended with 7/],
  ["prints garbage", "echo hello", {}, /printed no ExecCredential/],
  [
    "answers another version",
    answer({ token: "t" }, "client.authentication.k8s.io/v1beta1"),
    {},
    /printed no ExecCredential of .*v1$/,
  ],
  ["gives nothing", answer({}), {}, /neither a token nor a certificate/],
  ["is not there", "", { command: "./nosuch" }, /nosuch": it cannot be started/],
  ["never ends", "exec sleep 30", {}, /SIGKILL/],
  ["never ends, with a child of its own", "sleep 3; true", {}, /SIGKILL/],
  ["leaves a child behind that holds its output", "sleep 3 & true", {}, /printed no ExecCredential/],
])("a plugin that %s is named", async (_, script, exec, message) => {
  const before = performance.now();
  // Long enough for a busy machine to start a shell, short where the row waits for the end.
  const error = await cniRejectionOf(load(script, exec, script.includes("sleep") ? 300 : 1_800));
  expect(performance.now() - before).toBeLessThan(2_000);
  expect(error.message).toMatch(message);
  expect(error.message).toContain('user "multus" exec');
});

test("the install hint of the kubeconfig is the way out", async () => {
  const loading = load("exit 1", { installHint: "install it with brew" });
  expect((await cniRejectionOf(loading)).hint).toBe("install it with brew");
});
