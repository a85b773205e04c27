// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AgentConfig, parseAgentConfig } from "../node-config/index.ts";
import { type ApiServer, startApiServer } from "../testing/api-server/index.ts";
import { runAgent } from "./run-agent.ts";

let folder: string;
let api: ApiServer;
let running: { readonly ended: Promise<void>; readonly stop: AbortController } | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plures-run-agent-"));
  mkdirSync(join(folder, "net.d"));
  writeFileSync(join(folder, "kubeconfig"), "");
  api = await startApiServer({ objects: [{ apiVersion: "v1", kind: "Node", metadata: { name: "n1" } }] });
  writeFileSync(join(folder, "kubeconfig"), api.kubeconfig());
});
afterEach(async () => {
  running?.stop.abort();
  await running?.ended.catch(() => {});
  running = undefined;
  await api.stop();
  rmSync(folder, { recursive: true });
});

function configOf(keys: object = {}): AgentConfig {
  const own = {
    cniConfigDir: join(folder, "net.d"),
    socketDir: join(folder, "run"),
    cniDir: join(folder, "cni"),
    kubeconfig: join(folder, "kubeconfig"),
    graceSeconds: 1,
    logLevel: "panic",
  };
  return parseAgentConfig(JSON.stringify({ ...own, ...keys }), "test");
}

function start(config: AgentConfig): Promise<void> {
  const stop = new AbortController();
  const ended = runAgent({
    config,
    nodeName: "n1",
    hostApiServer: undefined,
    version: "0.0.0-test",
    env: {},
    signal: stop.signal,
  });
  running = { ended, stop };
  return ended;
}

/** A port that was free a moment ago. */
async function freeAddress(): Promise<string> {
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const address = `127.0.0.1:${probe.port}`;
  await probe.stop(true);
  return address;
}

async function untilReadyz(
  address: string,
  isSo: (status: number, text: string) => boolean,
): Promise<string> {
  const end = Date.now() + 5000;
  for (let text = ""; ; ) {
    const answer = await fetch(`http://${address}/readyz`, { keepalive: false }).catch(() => undefined);
    text = (await answer?.text()) ?? text;
    if (answer !== undefined && isSo(answer.status, text)) return text;
    if (Date.now() > end) throw new Error(`/readyz says ${text}`);
    await Bun.sleep(20);
  }
}

test("it says what it waits for, is ready when there is a primary, and leaves its configuration when it ends", async () => {
  const listen = await freeAddress();
  const ended = start(configOf({ listen, primaryName: "cbr0" }));
  await untilReadyz(listen, (status, text) => status === 503 && /cbr0/.test(text));
  const primary = { cniVersion: "1.0.0", name: "cbr0", plugins: [{ type: "bridge" }] };
  writeFileSync(join(folder, "net.d", "10-a.conflist"), JSON.stringify(primary));
  await untilReadyz(listen, (status) => status === 200);
  const metrics = await (await fetch(`http://${listen}/metrics`)).text();
  expect(metrics).toContain('plures_build_info{version="0.0.0-test"');
  expect(metrics).toContain('plures_node_config{state="in-place"} 1');
  expect(metrics).toMatch(/plures_watch_age_seconds\{resource="networks"\} [\d.]+\n/);
  expect(readdirSync(join(folder, "run")).sort()).toEqual(["admin.sock", "multus.sock"]);
  running?.stop.abort();
  await ended;
  expect(readdirSync(join(folder, "run"))).toEqual([]);
  expect(readFileSync(join(folder, "net.d", "00-multus.conflist"), "utf8")).toContain('"cbr0"');
}, 15_000);

test("a kubeconfig that cannot be written keeps it from being ready, with the reason", async () => {
  const listen = await freeAddress();
  start(configOf({ listen, hostKubeconfig: join(folder, "etc", "k") })).catch(() => {});
  await untilReadyz(
    listen,
    (status, text) => status === 503 && /POD_NAMESPACE, POD_NAME, POD_UID/.test(text),
  );
  expect(existsSync(join(folder, "etc"))).toBe(false);
}, 15_000);

test("a port that is taken is an error, and nothing is left running", async () => {
  const stranger = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hello") });
  try {
    const listen = `127.0.0.1:${stranger.port}`;
    await expect(start(configOf({ listen }))).rejects.toThrow(`cannot listen on "${listen}"`);
    expect(readdirSync(join(folder, "run"))).toEqual([]);
  } finally {
    await stranger.stop(true);
  }
}, 15_000);
