// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { testNamespace } from "../src/host/namespace-testbed.ts";
import { encodeLinkDump } from "../src/host/netlink/link.ts";
import { encodeMessage, messageFlags } from "../src/host/netlink/message.ts";
import { type AgentMessage, encodeAgentMessage, socketPathIn } from "../src/protocol/index.ts";
import { createStage, type ShimStage } from "../src/testing/shim-contract/stage.ts";
import { buildShim, installShim } from "./built-shim.ts";

buildShim("x64");

const stages: ShimStage[] = [];
afterEach(() => {
  for (const stage of stages.splice(0)) stage.remove();
});

async function welcomed() {
  const stage = await createStage((dir) => installShim("x64", dir));
  stages.push(stage);
  const shim = stage.start();
  const line = await stage.agent.accept();
  line.welcome();
  return { stage, shim, line };
}

test.each([
  [255, 255],
  [256, 255],
  [2 ** 32 - 1, 255],
])("exit code %p of the agent ends the shim with %p", async (asked, given) => {
  const { shim, line } = await welcomed();
  line.answer("", asked);
  expect(await shim.ended).toMatchObject({ exitCode: given });
});

test("a list that does not end with a zero byte breaks the connection, and runs nothing", async () => {
  const { stage, shim, line } = await welcomed();
  writeFileSync(`${stage.binDir}/trap`, `#!/bin/sh\ntouch ${stage.folder}/sprung\n`, { mode: 0o755 });
  const run = stage.aRun("trap", { environment: ["CNI_A=0"] });
  const bytes = encodeAgentMessage({ kind: "run", id: 1, run });
  const end = Buffer.from(bytes).indexOf("CNI_A=0\0") + "CNI_A=0".length;
  bytes[end] = 0x30;
  line.sendBytes(bytes);
  await shim.ended;
  expect(existsSync(`${stage.folder}/sprung`)).toBe(false);
  expect(stage.handOver()?.args).toEqual(["cni", "--alone", "it sent a step that breaks the protocol"]);
});

test("a plugin has none of the shim's signals blocked", async () => {
  const { stage, shim, line } = await welcomed();
  writeFileSync(`${stage.binDir}/show`, "#!/bin/sh\nexec grep -E '^Sig(Blk|Ign)' /proc/self/status\n", {
    mode: 0o755,
  });
  const ending = await line.run(1, stage.aRun("show"));
  const own = Bun.spawnSync(["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"]).stdout.toString();
  expect(new TextDecoder().decode(ending.output)).toBe(own);
  line.answer("{}");
  await shim.ended;
});

test("what runs when the agent goes is asked to end before it is killed", async () => {
  const { stage, shim, line } = await welcomed();
  const script = `#!/bin/sh\ntrap 'touch ${stage.folder}/asked; exit' TERM\ntouch ${stage.folder}/begun\nsleep 5 & wait\n`;
  writeFileSync(`${stage.binDir}/polite`, script, { mode: 0o755 });
  line.send({ kind: "run", id: 1, run: stage.aRun("polite") });
  while (!existsSync(`${stage.folder}/begun`)) await Bun.sleep(10);
  line.hangUp();
  await shim.ended;
  expect(existsSync(`${stage.folder}/asked`)).toBe(true);
});

/** Listens in `dir`, sends every shim that connects the messages, and reads nothing of what it says. */
async function deafAgent(dir: string, messages: readonly AgentMessage[]) {
  mkdirSync(dir, { mode: 0o700 });
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on("error", () => {});
    socket.write(Buffer.concat(messages.map(encodeAgentMessage)));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(socketPathIn(dir), resolve);
  await promise;
  return { [Symbol.dispose]: () => void server.close() };
}

test("an agent that pours steps and takes no answer costs a bounded memory, and no signal waits for it", async () => {
  const links = Array.from({ length: 60 }, (_, n) => `link add d${n} type veth peer name e${n}`);
  using namespace = testNamespace(links);
  const stage = await createStage((dir) => installShim("x64", dir));
  stages.push(stage);
  const bytes = encodeMessage({
    type: 18,
    flags: messageFlags.request | messageFlags.dump,
    sequence: 1,
    body: encodeLinkDump(),
  });
  const dumps = Array.from(
    { length: 1200 },
    (_, id) => ({ kind: "netlink", id, netns: namespace.path, message: bytes }) as const,
  );
  const deaf = join(stage.folder, "deaf");
  using _agent = await deafAgent(deaf, [{ kind: "welcome", version: 1, software: "deaf" }, ...dumps]);
  const shim = stage.start({ stdin: JSON.stringify({ daemonSocketDir: deaf }) });
  const status = (): string => readFileSync(`/proc/${shim.pid}/status`, "utf8");
  // Asleep: it waits for the agent to take something.
  while (!/VmHWM:\s+[89]\d{3} kB|VmHWM:\s+\d{5,} kB/.test(status()) || /State:\s+R/.test(status())) {
    await Bun.sleep(20);
  }
  await Bun.sleep(100);
  const peakKb = Number(/VmHWM:\s+(\d+) kB/.exec(status())?.[1]);
  expect(peakKb).toBeLessThan(40_000);
  shim.kill("SIGTERM");
  await Bun.sleep(50);
  shim.kill("SIGTERM");
  expect(await shim.ended).toMatchObject({ signal: "SIGTERM" });
});

test("a shim that a plugin of ours started does not ask the agent", async () => {
  const stage = await createStage((dir) => installShim("x64", dir));
  stages.push(stage);
  const shim = stage.start({ environment: { CNI_STARTED_BY: "" } });
  await shim.ended;
  expect(stage.handOver()?.args).toEqual(["cni", "--alone", "a plugin of ours asks"]);
});

test("a socket that another user listens on is not used, whoever owns its folder", async () => {
  const stage = await createStage((dir) => installShim("x64", dir));
  stages.push(stage);
  const theirs = join(stage.folder, "theirs");
  mkdirSync(theirs);
  chmodSync(stage.folder, 0o755);
  chmodSync(theirs, 0o777);
  const script = `require("node:net").createServer().listen(${JSON.stringify(socketPathIn(theirs))})`;
  const listener = Bun.spawn([process.execPath, "-e", script], { uid: 4321, cwd: "/" });
  try {
    while (!existsSync(socketPathIn(theirs))) await Bun.sleep(20);
    chmodSync(theirs, 0o700);
    await stage.start({ stdin: JSON.stringify({ daemonSocketDir: theirs }) }).ended;
    expect(stage.handOver()?.args[2]).toContain("another user than root listens on it");
  } finally {
    listener.kill("SIGKILL");
  }
});
