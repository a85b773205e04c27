// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { type FixturePlugin, fixturePlugins, installFixturePlugins } from "./index.ts";

let dir: string;
beforeAll(() => {
  dir = installFixturePlugins(mkdtempSync(`${tmpdir()}/plures-plugins-`));
});
afterAll(() => rmSync(dir, { recursive: true }));

function run(plugin: FixturePlugin, verb: string, config: object, shell: readonly string[] = []) {
  const { stdout, exitCode } = Bun.spawnSync([...shell, `${dir}/${plugin}`], {
    env: {
      CNI_COMMAND: verb,
      CNI_IFNAME: "net1",
      CNI_NETNS: "/run/netns/a",
      CNI_CONTAINERID: "c1",
      PATH: "/usr/bin:/bin",
    },
    stdin: Buffer.from(JSON.stringify(config, undefined, 2)),
  });
  return { answer: stdout.toString() === "" ? undefined : JSON.parse(stdout.toString()), exitCode };
}

test("the list and the scripts are the same", () => {
  const scripts = readdirSync(import.meta.dir).filter(
    (name) => name.endsWith(".sh") && name !== "prologue.sh",
  );
  expect(scripts.sort()).toEqual(fixturePlugins.map((name) => `${name}.sh`).sort());
});

const shells = Bun.which("busybox") === null ? [[]] : [[], ["busybox", "sh"]];

test.each(shells.map((shell) => ({ shell })))(
  "results have the shape of their version: $shell",
  ({ shell }) => {
    const config = {
      cniVersion: "1.0.0",
      type: "echo-result",
      address: "10.1.2.3/16",
      mac: "02:00:00:00:00:07",
    };
    expect(run("echo-result", "ADD", config, shell).answer).toEqual({
      cniVersion: "1.0.0",
      interfaces: [{ name: "net1", mac: "02:00:00:00:00:07", sandbox: "/run/netns/a" }],
      ips: [{ interface: 0, address: "10.1.2.3/16" }],
      dns: {},
    });
    expect(run("echo-result", "ADD", { cniVersion: "0.3.1" }, shell).answer.ips[0].version).toBe("4");
    expect(run("echo-result", "ADD", {}, shell).answer.ip4).toEqual({ ip: "10.99.0.2/24" });
  },
);

test("errors take their code from the configuration, and come for the wanted verb only", () => {
  const config = { cniVersion: "1.0.0", failOn: "DEL", code: 11 };
  expect(run("fail-with-code", "DEL", config)).toMatchObject({ exitCode: 1, answer: { code: 11 } });
  expect(run("fail-with-code", "ADD", config)).toMatchObject({ exitCode: 0, answer: { dns: {} } });
  const newer = { cniVersion: "0.3.0" };
  expect(run("version-only-0.2.0", "ADD", newer)).toMatchObject({ exitCode: 1, answer: { code: 1 } });
});

test("calls are logged with the whole configuration", () => {
  const attachments = [{ containerID: "c1", ifname: "net1" }];
  const config = { cniVersion: "1.1.0", callLog: `${dir}/calls`, "cni.dev/valid-attachments": attachments };
  expect(run("gc-and-status-1.1", "GC", config)).toEqual({ exitCode: 0, answer: undefined });
  const [line = ""] = readFileSync(`${dir}/calls`, "utf8").split("\n");
  expect(JSON.parse(line)).toMatchObject({ plugin: "gc-and-status-1.1", verb: "GC", config });
});
