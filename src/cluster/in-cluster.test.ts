// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCertificate } from "../testing/api-server/index.ts";
import { loadAccess } from "./load-access.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-sa-"));
  await writeFile(join(folder, "token"), "sa-token\n");
  await writeFile(join(folder, "ca.crt"), readCertificate("ca.crt"));
});
afterAll(() => rm(folder, { recursive: true }));

const load = (env: Record<string, string>, serviceAccountFolder = folder) =>
  loadAccess({ kubeconfig: undefined, env, timeoutMs: 100, serviceAccountFolder });

test.each([
  ["10.43.0.1", "https://10.43.0.1:443"],
  ["fd00::1", "https://[fd00::1]:443"],
  ["kubernetes.default", "https://kubernetes.default:443"],
])("the service %s becomes the server %s", async (host, server) => {
  const access = await load({ KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: "443" });
  expect(access).toMatchObject({
    server,
    proxyUrl: undefined,
    credential: { authorization: "Bearer sa-token" },
  });
  expect(access.ca?.text).toBe(readCertificate("ca.crt"));
});

test("outside a pod the way out is a kubeconfig", async () => {
  await expect(load({})).rejects.toThrow(/there is no kubeconfig, and KUBERNETES_SERVICE_HOST/);
});

test("without a mounted service account the file is named", async () => {
  const env = { KUBERNETES_SERVICE_HOST: "h", KUBERNETES_SERVICE_PORT: "1" };
  await expect(load(env, "/nosuch")).rejects.toThrow(/"\/nosuch\/ca.crt": no such file/);
});
