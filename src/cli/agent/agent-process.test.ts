// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiServer, startApiServer } from "../../testing/api-server/index.ts";

let folder: string;
let api: ApiServer;
let process: ReturnType<typeof start> | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plures-agent-process-"));
  mkdirSync(join(folder, "net.d"));
  api = await startApiServer();
  writeFileSync(join(folder, "kubeconfig"), api.kubeconfig());
});
afterEach(async () => {
  process?.kill("SIGKILL");
  await process?.exited;
  process = undefined;
  await api.stop();
  rmSync(folder, { recursive: true });
});

const program = `const { startAgentCommand } = await import(${JSON.stringify(join(import.meta.dir, "start-agent.ts"))});
startAgentCommand({ config: Bun.env.CONFIG, listen: "off" }).then((code) => globalThis.process.exit(code));`;

function start() {
  const config = {
    cniConfigDir: join(folder, "net.d"),
    socketDir: join(folder, "run"),
    cniDir: join(folder, "cni"),
    kubeconfig: join(folder, "kubeconfig"),
    graceSeconds: 20,
    logLevel: "verbose",
  };
  writeFileSync(join(folder, "agent.json"), JSON.stringify(config));
  return Bun.spawn([Bun.argv[0] ?? "bun", "-e", program], {
    env: { CONFIG: join(folder, "agent.json"), NODE_NAME: "n1" },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
}

const socket = () => join(folder, "run", "multus.sock");

async function untilItListens(): Promise<void> {
  const end = Date.now() + 10_000;
  while (!existsSync(socket())) {
    if (Date.now() > end) throw new Error("it does not listen");
    await Bun.sleep(20);
  }
}

test("SIGTERM ends it in order, and every line of its log is JSON", async () => {
  process = start();
  await untilItListens();
  await Bun.sleep(100);
  process.kill("SIGTERM");
  expect(await process.exited).toBe(0);
  const lines = (await process.stderr.text()).trim().split("\n");
  const messages = lines.map((line) => JSON.parse(line)).map(({ node, msg }) => `${node}: ${msg}`);
  expect(messages).toContain("n1: the agent begins");
  expect(messages).toContain("n1: the agent was told to end, and finishes what runs");
  expect(existsSync(socket())).toBe(false);
}, 20_000);

test("a second signal does not wait for what runs", async () => {
  process = start();
  await untilItListens();
  // A connection is something that runs.
  const line = await Bun.connect({ unix: socket(), socket: { data: () => {} } });
  await Bun.sleep(200);
  process.kill("SIGTERM");
  const isEnded = await Promise.race([process.exited.then(() => true), Bun.sleep(500).then(() => false)]);
  expect(isEnded).toBe(false);
  process.kill("SIGTERM");
  expect(await process.exited).toBe(1);
  line.terminate();
}, 20_000);
