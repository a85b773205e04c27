// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlainPods } from "../host/index.ts";
import { installFixturePlugins } from "../testing/plugins/index.ts";
import { createScriptedAgent } from "../testing/shim-contract/scripted-agent.ts";
import { readCallLog } from "../testing/stories/call-log.ts";
import { statePaths } from "./connect.ts";

const main = join(import.meta.dir, "../main.ts");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plures-alone-"));
  installFixturePlugins(join(folder, "bin"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Call {
  readonly verb?: string;
  readonly args?: readonly string[];
  readonly namespace?: string;
  /** Over the primary's plugin `echo-result`. */
  readonly primary?: object;
  /** Of the runtime; the folder of the plugins unless told. */
  readonly cniPath?: string;
}

const callLog = (): string => join(folder, "calls");
const socketDir = (): string => join(folder, "run");

/** Starts the executable from its sources, as a runtime would. */
async function call(asked: Call) {
  const { verb = "ADD", args = ["cni"], namespace = "kube-system", primary = {} } = asked;
  const binDir = join(folder, "bin");
  const config = {
    cniVersion: "1.1.0",
    name: "multus-cni-network",
    type: "multus",
    binDir,
    cniDir: join(folder, "cni"),
    logToStderr: false,
    logFile: join(folder, "log"),
    daemonSocketDir: socketDir(),
    delegates: [{ cniVersion: "1.0.0", name: "cbr0", type: "echo-result", callLog: callLog(), ...primary }],
  };
  const child = Bun.spawn([process.execPath, main, ...args], {
    env: {
      PATH: process.env.PATH,
      CNI_COMMAND: verb,
      CNI_CONTAINERID: "c1",
      CNI_NETNS: "/run/netns/plures-absent",
      CNI_IFNAME: "eth0",
      CNI_PATH: asked.cniPath ?? binDir,
      CNI_ARGS: `K8S_POD_NAMESPACE=${namespace};K8S_POD_NAME=web;K8S_POD_UID=u-1`,
    },
    stdio: [Buffer.from(JSON.stringify(config)), "pipe", "inherit"],
  });
  const stdout = await new Response(child.stdout).text();
  return { stdout, exitCode: await child.exited };
}

const journal = (): readonly string[] => readdirSync(join(folder, "cni/plures/journal"));
const verbs = (): readonly string[] => readCallLog(callLog()).map(({ verb }) => verb);

describe("without an agent", () => {
  const rows = [
    { title: "no socket", args: ["cni"], reason: "no socket" },
    {
      title: "the shim before us says why",
      args: ["cni", "--alone", "it is shut down"],
      reason: "it is shut down",
    },
  ];
  test.each(rows)(
    "a pod that may ask for networks is told to try again: $title",
    async ({ args, reason }) => {
      const { stdout, exitCode } = await call({ args, namespace: "default" });
      expect(JSON.parse(stdout)).toMatchObject({ code: 11, msg: expect.stringContaining(reason) });
      expect(JSON.parse(stdout).msg).toStartWith("pod default/web: the node's agent cannot be asked: ");
      expect(exitCode).toBe(1);
      expect(verbs()).toEqual([]);
      expect(readFileSync(join(folder, "log"), "utf8")).toContain(reason);
    },
  );

  test("a pod of a system namespace starts, and every pod is deleted", async () => {
    expect(await call({})).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("interfaces") });
    expect(journal()).toHaveLength(1);
    expect(await call({ verb: "DEL", namespace: "default" })).toEqual({ stdout: "", exitCode: 0 });
    expect(verbs()).toEqual(["ADD", "DEL"]);
    expect(journal()).toEqual([]);
  });

  test("handed over by a shim, neither configuration nor journal opens a folder of plugins", async () => {
    const cniPath = "/usr/lib/cni-of-nobody";
    expect(await call({ cniPath })).toMatchObject({ exitCode: 0 });
    const handedOver = { args: ["cni", "--alone", "it is shut down"], cniPath };
    expect(await call({ ...handedOver, verb: "DEL" })).toMatchObject({ exitCode: 1 });
    expect(journal()).toHaveLength(1);
    expect(await call({ cniPath, verb: "DEL" })).toMatchObject({ exitCode: 0 });
    const { stdout } = await call(handedOver);
    expect(stdout).toContain("echo-result");
    expect(verbs()).toEqual(["ADD", "DEL"]);
  });

  test("a pod that the agent saw asking for nothing starts, another one of its name does not", async () => {
    const list = createPlainPods(statePaths(join(folder, "cni")).plainPods);
    list.write([{ namespace: "default", name: "web", uid: "u-2" }]);
    expect(await call({ namespace: "default" })).toMatchObject({ exitCode: 1 });
    list.write([{ namespace: "default", name: "web", uid: "u-1" }]);
    expect(await call({ namespace: "default" })).toMatchObject({ exitCode: 0 });
    expect(verbs()).toEqual(["ADD"]);
  });

  test("arguments that nobody understands are wrong usage", async () => {
    expect(await call({ args: ["cni", "--alone"] })).toEqual({ stdout: "", exitCode: 2 });
  });
});

describe("an ADD whose agent went away", () => {
  const takeBack = ["cni", "--take-back", "it went away"];

  test("is taken back from the journal and told to try again", async () => {
    await call({});
    const { stdout, exitCode } = await call({ args: takeBack });
    expect(JSON.parse(stdout)).toMatchObject({
      code: 11,
      msg: expect.stringMatching(/^pod kube-system\/web: the node's agent could not finish: it went away; /),
    });
    expect(exitCode).toBe(1);
    expect(verbs()).toEqual(["ADD", "DEL"]);
    expect(journal()).toEqual([]);
  });

  test("what cannot be taken back is told and stays for DEL", async () => {
    const primary = { type: "fail-with-code", failOn: "DEL", code: 5, say: "the lease is locked" };
    await call({ primary });
    const { stdout } = await call({ args: takeBack, primary });
    expect(JSON.parse(stdout).code).toBe(11);
    expect(JSON.parse(stdout).msg).toContain("left for DEL");
    expect(stdout).toContain("the lease is locked");
    expect(journal()).toHaveLength(1);
  });

  test("nothing of it in the journal is nothing to take back", async () => {
    const { stdout } = await call({ args: takeBack });
    expect(JSON.parse(stdout)).toMatchObject({ code: 11 });
    expect(verbs()).toEqual([]);
  });

  test("the executable does so by itself when its agent hangs up in the middle", async () => {
    await call({});
    const agent = await createScriptedAgent(socketDir());
    const answer = call({ namespace: "default" });
    const line = await agent.accept();
    line.welcome();
    await line.netlink(1, "/run/netns/plures-absent", new Uint8Array(0));
    line.hangUp();
    const { stdout } = await answer;
    agent.close();
    expect(JSON.parse(stdout).msg).toStartWith("pod default/web: the node's agent could not finish: ");
    expect(verbs()).toEqual(["ADD", "DEL"]);
    expect(journal()).toEqual([]);
  });
});

describe("a sweep without an agent", () => {
  const args = (): readonly string[] => [
    ...["cni", "gc", "--socket-dir", socketDir(), "--cni-dir", join(folder, "cni")],
    join(folder, "bin"),
  ];
  const makeOld = (): void => {
    for (const name of journal()) utimesSync(join(folder, "cni/plures/journal", name), 0, 0);
  };

  test("takes away what a container without namespace has left", async () => {
    await call({});
    makeOld();
    expect(await call({ args: args() })).toEqual({ stdout: "taken away: c1 eth0\n", exitCode: 0 });
    expect(verbs()).toEqual(["ADD", "DEL"]);
    expect(journal()).toEqual([]);
    expect(await call({ args: args() })).toEqual({ stdout: "nothing to take away\n", exitCode: 0 });
  });

  test("leaves an ADD alone that may be at work still", async () => {
    await call({});
    expect(await call({ args: args() })).toMatchObject({ exitCode: 0 });
    expect(journal()).toHaveLength(1);
  });

  test("tells what it could not take away", async () => {
    await call({ primary: { type: "fail-with-code", failOn: "DEL", say: "the lease is locked" } });
    makeOld();
    const { stdout, exitCode } = await call({ args: args() });
    expect(stdout).toMatch(/^left: c1 eth0: .*the lease is locked/);
    expect(exitCode).toBe(3);
    expect(journal()).toHaveLength(1);
  });
});

test("versions are told without an agent's help", async () => {
  const agent = await createScriptedAgent(socketDir());
  const { stdout } = await call({ verb: "VERSION" });
  agent.close();
  expect(JSON.parse(stdout).supportedVersions).toContain("1.1.0");
});

describe("a network that names Plures as its plugin", () => {
  /** Called `plures`, as the executable is in the folder of the plugins. */
  function putBesidePlugins(): void {
    const script = `#!/bin/sh\nexec ${process.execPath} ${main} cni\n`;
    writeFileSync(join(folder, "bin/plures"), script, { mode: 0o755 });
  }
  const nested = () => ({
    type: "plures",
    binDir: join(folder, "bin"),
    cniDir: join(folder, "nested"),
    delegates: [{ cniVersion: "1.0.0", name: "inner", type: "echo-result", callLog: callLog() }],
  });

  test("cannot have another program run with a configuration of its own", async () => {
    putBesidePlugins();
    const { stdout, exitCode } = await call({ primary: nested() });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).msg).toContain('plugin type "plures" would call itself');
    expect(existsSync(callLog())).toBe(false);
    expect(existsSync(join(folder, "cni/plures/journal"))).toBe(false);
  });

  test("whatever a plugin between them is called", async () => {
    putBesidePlugins();
    const between = `#!/bin/sh\nexec ${join(folder, "bin/plures")}\n`;
    writeFileSync(join(folder, "bin/between"), between, { mode: 0o755 });
    const { stdout } = await call({ primary: { ...nested(), type: "between" } });
    expect(stdout).toContain("Plures was started by a plugin of its own");
    expect(existsSync(callLog())).toBe(false);
  });
});
