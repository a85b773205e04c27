// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rename, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ApiServer,
  everything,
  readCertificate,
  startApiServer,
  type User,
} from "../testing/api-server/index.ts";
import type { ClusterAccess } from "./access.ts";
import { loadAccess } from "./load-access.ts";
import { createTransport } from "./transport.ts";
import { createWatchedCluster } from "./watched-cluster.ts";

const userOf = (...tokens: string[]): User => ({ name: tokens.join(), tokens, rules: everything });

let folder: string;
let server: ApiServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-transport-"));
  server = await startApiServer({ users: [userOf("one")] });
  await put("token", "one");
  await put("ca.crt", readCertificate("ca.crt"));
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** As the kubelet does: never in place. */
async function put(name: string, text: string): Promise<void> {
  await writeFile(join(folder, `${name}.new`), text);
  await rename(join(folder, `${name}.new`), join(folder, name));
}

const env = () => ({ KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: String(server.port) });

/** The pod's own service account; `freshMs` instead of the minute for which a token file is believed. */
async function mount(freshMs?: number) {
  const loads: ClusterAccess[] = [];
  const lines: string[] = [];
  const transport = createTransport({
    async loadAccess(timeoutMs) {
      const place = { kubeconfig: undefined, env: env(), serviceAccountFolder: folder, timeoutMs };
      const access = await loadAccess(place);
      loads.push(access);
      if (freshMs === undefined) return access;
      return { ...access, credential: { ...access.credential, freshUntil: Date.now() + freshMs } };
    },
    log: (_, message) => lines.push(message),
  });
  const ask = async () => {
    const answer = await transport.send(
      { method: "GET", path: "/api/v1/nodes" },
      { signal: new AbortController().signal, deadline: () => 2_000, endsAt: Date.now() + 2_000 },
    );
    return answer.ok ? "ok" : answer.failure.kind;
  };
  return { transport, ask, loads, lines };
}

const users = () => server.requests.map(({ user, status }) => `${user} ${status}`);

test("a token that was replaced is used once the old one is no longer fresh, over the same connection", async () => {
  const { ask, loads } = await mount(50);
  expect(await ask()).toBe("ok");
  server.setUsers([userOf("one"), userOf("two")]);
  await put("token", "two");
  expect(await ask()).toBe("ok");
  await Bun.sleep(60);
  expect(await ask()).toBe("ok");
  expect(users()).toEqual(["one 200", "one 200", "two 200"]);
  expect(loads.length).toBe(2);
  expect(server.connections()).toBe(1);
});

test("a token that is refused is read again at once", async () => {
  const { ask } = await mount();
  expect(await ask()).toBe("ok");
  server.setUsers([userOf("two")]);
  expect(await ask()).toBe("unauthorized");
  await put("token", "two");
  expect(await ask()).toBe("ok");
  expect(users()).toEqual(["one 200", "undefined 401", "undefined 401", "two 200"]);
});

test("a token file that is away for a moment does not take away the token that is valid", async () => {
  const { ask, lines } = await mount(1);
  expect(await ask()).toBe("ok");
  await unlink(join(folder, "token"));
  await Bun.sleep(5);
  expect(await ask()).toBe("ok");
  expect(lines).toEqual(["credentials cannot be read again, the old ones stay in use"]);
  server.setUsers([userOf("two")]);
  await Bun.sleep(5);
  expect(await ask()).toBe("no-access");
  await put("token", "two");
  expect(await ask()).toBe("ok");
});

test("a certificate authority that was replaced is read again when the server's certificate does not verify", async () => {
  await put("ca.crt", readCertificate("other-ca.crt"));
  const { ask } = await mount();
  expect(await ask()).toBe("tls");
  await put("ca.crt", readCertificate("ca.crt"));
  expect(await ask()).toBe("ok");
});

test("a changed certificate authority is believed from the next refresh on, by a new connection", async () => {
  const { ask } = await mount(20);
  expect(await ask()).toBe("ok");
  await put("ca.crt", readCertificate("other-ca.crt"));
  await Bun.sleep(30);
  expect(await ask()).toBe("tls");
});

test("an agent's watches and requests outlive the rotation of token and certificate authority", async () => {
  const bothCas = readCertificate("ca.crt") + readCertificate("other-ca.crt");
  const closing = new AbortController();
  const watched = createWatchedCluster({
    nodeName: "node-a",
    kubeconfig: undefined,
    serviceAccountFolder: folder,
    env: env(),
    signal: closing.signal,
    log: () => {},
    pace: { firstDelayMs: 5, longestDelayMs: 20 },
  });
  await watched.ready;
  await put("token", "two");
  await put("ca.crt", bothCas);
  server.setUsers([userOf("two")]);
  server.watches.cut();
  const endsAt = Date.now() + 3_000;
  while (server.watches.count() < 2 && Date.now() < endsAt) await Bun.sleep(5);
  expect(server.watches.count()).toBe(2);
  const cluster = watched.forRequest({ deadline: () => 1_000, signal: closing.signal });
  expect(await cluster.readNetwork("default", "nosuch")).toEqual({ kind: "absent" });
  expect(server.requests.at(-1)?.user).toBe("two");
  closing.abort();
});
