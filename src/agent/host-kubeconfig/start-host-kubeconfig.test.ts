// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAccess } from "../../cluster/index.ts";
import { readCertificate, renderKubeconfig } from "../../testing/api-server/index.ts";
import { startTokenServer, type TokenServer } from "../../testing/api-server/token-server.ts";
import { startHostKubeconfig } from "./start-host-kubeconfig.ts";

const env = { POD_NAMESPACE: "kube-system", POD_NAME: "agent-1", POD_UID: "uid-1" };
const claims = Buffer.from('{"sub":"system:serviceaccount:kube-system:multus"}').toString("base64url");
const ownToken = `eyJhbGciOiJSUzI1NiJ9.${claims}.c2lnbmF0dXJl`;

let folder: string;
let server: TokenServer;
let stop: AbortController;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plures-start-kubeconfig-"));
  stop = new AbortController();
  server = await startTokenServer({
    namespace: "kube-system",
    serviceAccounts: ["multus"],
    pods: [{ name: "agent-1", uid: "uid-1", serviceAccount: "multus" }],
    token: ownToken,
  });
  const data = Buffer.from(readCertificate("ca.crt")).toString("base64");
  const cluster = { server: server.url, "certificate-authority-data": data };
  writeFileSync(join(folder, "own"), renderKubeconfig({ cluster, user: { token: ownToken } }));
});
afterEach(async () => {
  stop.abort();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const servers: readonly (readonly [string, string | undefined])[] = [
  ["the agent's own server", undefined],
  ["another server for the host", "https://[fd00::1]:6443"],
];

test.each(servers)("pod, account and authority are the agent's, with %s", async (_, other) => {
  const path = join(folder, "k");
  const kept = startHostKubeconfig({
    path,
    kubeconfig: join(folder, "own"),
    server: other,
    env,
    signal: stop.signal,
    log: () => {},
  });
  await kept.written;
  const access = await loadAccess({ kubeconfig: path, env: {}, timeoutMs: 100 });
  expect([access.server, access.ca?.text]).toEqual([other ?? server.url, readCertificate("ca.crt")]);
  expect(server.asked).toMatchObject([
    { expirationSeconds: 86_400, boundObjectRef: { kind: "Pod", name: "agent-1", uid: "uid-1" } },
  ]);
  // What the agent signs in with is its own business.
  expect(readFileSync(path, "utf8")).not.toContain(ownToken);
  stop.abort();
  await kept.stopped;
});
