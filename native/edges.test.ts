// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { encodeAgentMessage } from "../src/protocol/index.ts";
import { createStage, type ShimStage } from "../src/testing/shim-contract/stage.ts";
import { installShim } from "./built-shim.ts";

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
