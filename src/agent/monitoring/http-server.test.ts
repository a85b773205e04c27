// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CniError } from "../../cni/index.ts";
import { serveAdminSocket } from "./admin-socket.ts";
import { type HttpServer, type HttpServerOptions, serveHttp } from "./http-server.ts";
import { parseListenAddress } from "./listen-address.ts";
import { createMetrics } from "./metrics.ts";

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function start(options: Partial<HttpServerOptions> = {}): HttpServer {
  const server = serveHttp({
    address: "127.0.0.1:0",
    metrics: createMetrics({ version: "1" }),
    isReady: () => ({ ready: true, reasons: [] }),
    isHealthy: () => true,
    ...options,
  });
  stops.push(() => server.stop());
  return server;
}

function errorOf(act: () => unknown): CniError {
  try {
    act();
  } catch (error) {
    if (error instanceof CniError) return error;
  }
  throw new Error("expected a CniError");
}

test("metrics come in the text format of Prometheus", async () => {
  const answer = await fetch(`${start().url}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await answer.text()).toContain("# TYPE plures_requests_total counter\n");
});

describe("probes", () => {
  const reasons = ["no primary network yet", "the API was never heard"];
  const rows: readonly (readonly [string, Partial<HttpServerOptions>, string, number, string])[] = [
    ["ready", {}, "/readyz", 200, "ok\n"],
    ["not ready", { isReady: () => ({ ready: false, reasons }) }, "/readyz", 503, `${reasons.join("\n")}\n`],
    ["healthy", {}, "/healthz", 200, "ok\n"],
    ["sick", { isHealthy: () => false }, "/healthz", 503, "the agent cannot go on, restart it\n"],
    ["sick is not unready", { isHealthy: () => false }, "/readyz", 200, "ok\n"],
  ];
  test.each(rows)("%s", async (_, options, path, status, text) => {
    const answer = await fetch(start(options).url + path);
    expect([answer.status, await answer.text()]).toEqual([status, text]);
  });

  test("reasons as JSON, for who asks for it", async () => {
    const { url } = start({ isReady: () => ({ ready: false, reasons }) });
    const answer = await fetch(`${url}/readyz`, { headers: { accept: "application/json" } });
    expect([answer.status, await answer.json()]).toEqual([503, { ok: false, reasons }]);
  });
});

test("HEAD has the headers alone, other methods and paths are told what there is", async () => {
  const { url } = start();
  const head = await fetch(`${url}/metrics`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  for (const method of ["POST", "PUT", "DELETE"]) {
    const answer = await fetch(`${url}/metrics`, { method });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  }
  for (const path of ["/", "/metric", "/heap-snapshot", "/constructor", "/%2e%2e/etc/passwd"]) {
    const answer = await fetch(url + path);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe("not found; there is /metrics, /healthz, /readyz\n");
  }
});

test("a source that fails is an answer 500, and the server goes on", async () => {
  const text = () => Promise.reject(new Error("no numbers"));
  const { url } = start({ metrics: { text, contentType: "text/plain" } });
  expect((await fetch(`${url}/metrics`)).status).toBe(500);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test("it listens on IPv6", async () => {
  const { url } = start({ address: "[::1]:0" });
  expect(url).toStartWith("http://[::1]:");
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test("a port in use, and an address of another host, are told in a sentence", () => {
  const address = start().url.replace("http://", "");
  const used = errorOf(() => start({ address }));
  expect(used.message).toBe(`cannot listen on "${address}": another program listens there`);
  expect(used.hint).toContain("key listen");
  const foreign = errorOf(() => start({ address: "192.0.2.1:9471" }));
  expect(foreign.message).toBe('cannot listen on "192.0.2.1:9471": this host has no such address');
});

test("a stopped server frees its port", async () => {
  const first = start();
  await first.stop();
  expect(start({ address: first.url.replace("http://", "") }).url).toBe(first.url);
});

const addresses: readonly (readonly [string, string | undefined])[] = [
  ["127.0.0.1:9471", "127.0.0.1 9471"],
  ["[fd00::1]:80", "fd00::1 80"],
  ["localhost:0", "localhost 0"],
  ["127.0.0.1", undefined],
  [":9471", undefined],
  ["::1:9471", undefined],
  ["127.0.0.1:70000", undefined],
  ["a b:80", undefined],
  ["http://a:80", undefined],
];

test.each(addresses)("the address %s", (text, expected) => {
  if (expected === undefined) {
    const error = errorOf(() => parseListenAddress(text, "--listen"));
    expect(error.message).toBe(`--listen is ${JSON.stringify(text)}, allowed is ADDRESS:PORT`);
    return;
  }
  const { hostname, port } = parseListenAddress(text, "--listen");
  expect(`${hostname} ${port}`).toBe(expected);
});

describe("the admin socket", () => {
  function folder(): string {
    const dir = mkdtempSync(join(tmpdir(), "plures-admin-"));
    stops.push(() => rmSync(dir, { recursive: true }));
    return join(dir, "run");
  }
  const ask = (unix: string, path = "/heap-snapshot") => fetch(`http://localhost${path}`, { unix });

  test("gives a heap snapshot, to root only", async () => {
    const dir = folder();
    const socket = serveAdminSocket(dir);
    stops.push(() => socket.stop());
    expect([statSync(dir).mode & 0o777, statSync(socket.path).mode & 0o777]).toEqual([0o700, 0o600]);
    const answer = await ask(socket.path);
    expect(await answer.text()).toStartWith('{"snapshot":');
    expect((await ask(socket.path, "/metrics")).status).toBe(404);
  });

  test("takes the place of what a killed agent left, and leaves alone what a newer one put there", async () => {
    const dir = folder();
    const older = serveAdminSocket(dir);
    const newer = serveAdminSocket(dir);
    await older.stop();
    expect((await ask(newer.path)).status).toBe(200);
    await newer.stop();
    expect(existsSync(newer.path)).toBe(false);
  });

  test("a folder that cannot be made is told with its path", () => {
    const error = errorOf(() => serveAdminSocket("/proc/nosuch/run"));
    expect(error.message).toContain('at "/proc/nosuch/run/admin.sock"');
  });
});
