// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect as connectTcp, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CniError } from "../cni/index.ts";
import {
  type ApiServer,
  type ApiServerOptions,
  certificatePath,
  type PlannedFault,
  startApiServer,
} from "../testing/api-server/index.ts";
import type { Cluster } from "../verbs/ports.ts";
import { createCluster } from "./cluster.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", uid: "u" },
  spec: { containers: [{ name: "c" }] },
};

let folder: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plures-unreachable-"));
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await rm(folder, { recursive: true });
});

async function start(options: ApiServerOptions = {}): Promise<ApiServer> {
  const server = await startApiServer({ objects: [pod], ...options });
  closing.push(() => server.stop());
  return server;
}

async function connect(
  kubeconfig: string,
  ms = 5_000,
  signal = new AbortController().signal,
): Promise<Cluster> {
  const path = join(folder, "kubeconfig");
  await writeFile(path, kubeconfig);
  const endsAt = Date.now() + ms;
  return createCluster({ kubeconfig: path, deadline: () => endsAt - Date.now(), signal, env: {} });
}

async function readError(cluster: Cluster): Promise<CniError> {
  const lookup = await cluster.readPod("default", "web");
  if (lookup.kind === "unreachable" && lookup.error instanceof CniError) return lookup.error;
  throw new Error(`expected unreachable, got ${lookup.kind}`);
}

describe("what passes is tried again within the deadline", () => {
  test.each<[string, readonly PlannedFault[], number]>([
    ["429", [{ fault: { kind: "status", code: 429 }, times: 2 }], 3],
    ["503", [{ fault: { kind: "status", code: 503 }, times: 1 }], 2],
    [
      "500 and a cut connection",
      [
        { fault: { kind: "status", code: 500 }, times: 1 },
        { fault: { kind: "cut" }, times: 1 },
      ],
      3,
    ],
    ["an answer cut in two", [{ fault: { kind: "cut-body" }, times: 1 }], 2],
    ["a slow answer", [{ fault: { kind: "slow", ms: 150 }, times: 1 }], 1],
  ])("%s", async (_, faults, requests) => {
    const server = await start();
    for (const fault of faults) server.faults.plan(fault);
    expect((await (await connect(server.kubeconfig())).readPod("default", "web")).kind).toBe("found");
    expect(server.requests.length).toBe(requests);
  });

  test("Retry-After is waited for", async () => {
    const server = await start();
    server.faults.plan({ fault: { kind: "status", code: 429, retryAfterSeconds: 1 }, times: 1 });
    const before = performance.now();
    expect((await (await connect(server.kubeconfig())).readPod("default", "web")).kind).toBe("found");
    expect(performance.now() - before).toBeGreaterThanOrEqual(990);
  });

  test("an event is not sent twice when nobody knows whether it arrived", async () => {
    const server = await start();
    server.faults.plan({ fault: { kind: "cut-body" } });
    const cluster = await connect(server.kubeconfig());
    await cluster.emitEvent(
      { namespace: "default", name: "web", uid: "u" },
      { type: "Normal", reason: "r", message: "m" },
    );
    expect(server.requests.length).toBe(1);
  });
});

test.each<[string, PlannedFault["fault"], RegExp]>([
  ["429", { kind: "status", code: 429 }, /answers 429 Too Many Requests until the deadline/],
  [
    "429 with a Retry-After beyond the deadline",
    { kind: "status", code: 429, retryAfterSeconds: 60 },
    /answers 429/,
  ],
  ["500", { kind: "status", code: 500 }, /answers 500 until the deadline/],
  ["a cut connection", { kind: "cut" }, /breaks the connection/],
  ["silence", { kind: "hang" }, /does not answer in time/],
  ["an answer that is no JSON", { kind: "garbage" }, /not of a Kubernetes API/],
])("%s for ever ends at the deadline with a sentence", async (_, fault, message) => {
  const server = await start();
  server.faults.plan({ fault });
  const before = performance.now();
  const error = await readError(await connect(server.kubeconfig(), 400));
  expect(performance.now() - before).toBeLessThan(1_500);
  expect(error.message).toMatch(message);
  expect(error.code).toBe(11);
});

test("an attempt that the deadline cuts short does not hide the reason of those before", async () => {
  const server = await start();
  server.faults.plan({ fault: { kind: "status", code: 503 }, times: 1 });
  server.faults.plan({ fault: { kind: "hang" } });
  const error = await readError(await connect(server.kubeconfig(), 400));
  expect(error.message).toContain("answers 503 until the deadline");
});

test("the runtime's cancelling ends a wait at once", async () => {
  const server = await start();
  server.faults.plan({ fault: { kind: "hang" } });
  const controller = new AbortController();
  const cluster = await connect(server.kubeconfig(), 10_000, controller.signal);
  setTimeout(() => controller.abort(), 50);
  const before = performance.now();
  expect((await readError(cluster)).message).toContain("the runtime cancelled");
  expect(performance.now() - before).toBeLessThan(1_000);
});

function listen(serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer(serve);
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

test("refused, no such host, and another protocol are told apart", async () => {
  const kubeconfig = (server: string) =>
    `{clusters: [{name: c, cluster: {server: "${server}"}}], users: [{name: u, user: {token: t}}], contexts: [{name: x, context: {cluster: c, user: u}}], current-context: x}`;
  const refused = await readError(await connect(kubeconfig("https://127.0.0.1:1"), 300));
  expect(refused.message).toMatch(/https:\/\/127.0.0.1:1 refuses the connection$/);
  // A label of more than 63 characters fails without asking any name server.
  const host = `${"a".repeat(64)}.invalid`;
  const unknown = await readError(await connect(kubeconfig(`https://${host}:6443`), 3_000));
  expect(unknown.message).toContain("has a host name that cannot be resolved");
  const plain = await start({ certificate: "none" });
  const protocol = await readError(await connect(kubeconfig(plain.url.replace("http:", "https:")), 300));
  expect(protocol.message).toMatch(/TLS handshake|breaks the connection/);
});

describe("a certificate that does not fit names the file and what to check", () => {
  const material = (name: string) => certificatePath(name);
  test.each<[string, ApiServerOptions, Record<string, unknown>, Record<string, unknown> | undefined, RegExp]>(
    [
      [
        "another CA",
        {},
        { "certificate-authority-data": undefined, "certificate-authority": material("other-ca.crt") },
        undefined,
        /is not signed by certificate-authority ".*other-ca.crt"/,
      ],
      [
        "no CA",
        {},
        { "certificate-authority-data": undefined },
        undefined,
        /is not signed by the host's own list/,
      ],
      ["an expired certificate", { certificate: "expired" }, {}, undefined, /has expired/],
      ["another name", {}, { "tls-server-name": "other.example" }, undefined, /is not for other.example/],
      [
        "a key of another certificate",
        {},
        {},
        { "client-certificate": material("client.crt"), "client-key": material("server.key") },
        /client-key ".*server.key" is not the key of client-certificate/,
      ],
      [
        "a broken certificate",
        {},
        {
          "certificate-authority-data": Buffer.from(
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
          ).toString("base64"),
        },
        undefined,
        /certificate-authority-data is no certificate/,
      ],
    ],
  )("%s", async (_, options, cluster, user, message) => {
    const server = await start(options);
    const kubeconfig = server.kubeconfig({ cluster, ...(user === undefined ? {} : { user }) });
    const error = await readError(await connect(kubeconfig, 1_000));
    expect(error.message).toMatch(message);
    expect(error.hint ?? "").not.toBe("");
    expect(server.requests.length).toBe(0);
  });

  test("insecure-skip-tls-verify takes any", async () => {
    const server = await start({ certificate: "expired" });
    const cluster = { "certificate-authority-data": undefined, "insecure-skip-tls-verify": true };
    expect((await (await connect(server.kubeconfig({ cluster }))).readPod("default", "web")).kind).toBe(
      "found",
    );
  });
});

describe("proxies", () => {
  /** An HTTP proxy that knows CONNECT alone, and what it was asked. */
  async function startProxy(refusal?: string) {
    const asked: string[] = [];
    const sockets = new Set<Socket>();
    const server = await listen((socket) => {
      sockets.add(socket);
      socket.once("data", (head) => {
        asked.push(head.toString());
        const [, host = "", port = ""] = /^CONNECT (\S+):(\d+) /.exec(head.toString()) ?? [];
        if (refusal !== undefined) {
          socket.end(refusal);
          return;
        }
        const upstream = connectTcp(Number(port), host, () => {
          socket.write("HTTP/1.1 200 OK\r\n\r\n");
          socket.pipe(upstream).pipe(socket);
        });
        sockets.add(upstream);
      });
    });
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo; // It listens on a port.
    return { port, asked };
  }

  const variables = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
  ];
  const saved = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
  afterEach(() => {
    for (const name of variables) {
      if (saved[name] === undefined) delete process.env[name];
      else process.env[name] = saved[name];
    }
  });

  test("the environment's proxy is not used", async () => {
    const [server, proxy] = [await start(), await startProxy()];
    for (const name of variables.slice(0, 6)) process.env[name] = `http://127.0.0.1:${proxy.port}`;
    process.env.NO_PROXY = "";
    process.env.no_proxy = "";
    // Without our client the proxy is asked: this test would otherwise prove nothing.
    await fetch(server.url).catch(() => undefined);
    expect(proxy.asked.length).toBe(1);
    expect((await (await connect(server.kubeconfig())).readPod("default", "web")).kind).toBe("found");
    expect(proxy.asked.length).toBe(1);
  });

  test("proxy-url is, even where NO_PROXY speaks against it, once per run, and its password stays unsaid", async () => {
    const [server, proxy] = [await start(), await startProxy()];
    process.env.NO_PROXY = "*";
    const cluster = { "proxy-url": `http://user:pa55word@127.0.0.1:${proxy.port}` };
    const connected = await connect(server.kubeconfig({ cluster }));
    expect((await connected.readPod("default", "web")).kind).toBe("found");
    expect((await connected.readPod("default", "web")).kind).toBe("found");
    expect(proxy.asked.length).toBe(1);
    expect(proxy.asked[0]).toContain(`CONNECT 127.0.0.1:${server.port} `);
  });

  test("a proxy that refuses is named, without its password", async () => {
    const [server, proxy] = [
      await start(),
      await startProxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
    ];
    const cluster = { "proxy-url": `http://user:pa55word@127.0.0.1:${proxy.port}` };
    const error = await readError(await connect(server.kubeconfig({ cluster }), 1_000));
    expect(error.message).toContain(
      `(through the proxy 127.0.0.1:${proxy.port}) is behind a proxy that refuses`,
    );
    expect(Bun.inspect(error)).not.toContain("pa55word");
  });
});
