// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { parseAgentConfig } from "../../node-config/index.ts";
import { agentCommand } from "../agent.ts";
import { runCommandLine } from "../command-line.ts";
import { createOutput } from "../output.ts";
import { nodeNameOf, withOptions } from "./start-agent.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plures-agent-command-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const said = { out: "", err: "" };
  const streams = {
    writeOut: (text: string) => {
      said.out += text;
    },
    writeError: (text: string) => {
      said.err += text;
    },
  };
  const code = await runCommandLine(["agent", ...args], {
    ...streams,
    commands: [{ name: "agent", summary: "", load: async () => agentCommand }],
    helpWidth: 100,
    outputFor: (format) =>
      createOutput({ ...streams, format, isTerminal: false, environment: {}, now: () => 0 }),
  });
  return { code, ...said };
}

function configFile(text: string): string {
  const path = join(folder, "agent.json");
  writeFileSync(path, text);
  return path;
}

describe("--check-config", () => {
  test("a configuration that is fine", async () => {
    const path = configFile('{"primaryName": "cbr0"}');
    expect(await run("--check-config", "--config", path)).toEqual({
      code: 0,
      out: `${path} is fine\n`,
      err: "",
    });
  });

  test("a note is no failure", async () => {
    const { code, out } = await run("--check-config", "--config", configFile("{}"));
    expect([code, out]).toEqual([0, expect.stringContaining("note: ")]);
  });

  test("all problems at once, with their ways out", async () => {
    const path = configFile('{"chrootDir": "/hostroot", "sockeDir": "/run/multus"}');
    const { code, out } = await run("--check-config", "--config", path);
    expect(code).toBe(3);
    expect(out).toContain(`problem: ${path}: "chrootDir" is not understood\n    hint: take it out`);
    expect(out).toContain('hint: did you mean "socketDir"?');
    expect(out).toEndWith(`${path} has 2 problems\n`);
  });

  test("as one JSON document", async () => {
    const path = configFile("{,}");
    const { code, out } = await run("--check-config", "--config", path, "-o", "json");
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      verdict: "failed",
      problems: [{ message: expect.stringContaining("line 1"), hint: expect.any(String) }],
      notes: [],
    });
  });
});

const wrong: readonly (readonly [string, readonly string[], string])[] = [
  ["no such file", ["--config", "/nosuch/agent.json"], 'configuration "/nosuch/agent.json": no such file'],
  ["the same with --check-config", ["--check-config", "--config", "/nosuch"], '"/nosuch": no such file'],
  ["a folder", ["--config", "/"], 'configuration "/": it is a folder'],
  ["listen", ["--listen", "9471"], '--listen is "9471", allowed is ADDRESS:PORT'],
  ["a relative path", ["--host-kubeconfig", "k"], '--host-kubeconfig is "k"'],
  ["a server without scheme", ["--host-api-server", "fd00::1"], '--host-api-server is "fd00::1"'],
  ["an operand", ["now"], "too many arguments"],
];

test.each(wrong)("wrong input is told and ends with 2: %s", async (_, args, says) => {
  const { code, err } = await run(...args);
  expect(err).toContain(says);
  expect(err).toContain("hint: ");
  expect(code).toBe(2);
});

test("a configuration that is wrong keeps the agent from starting", async () => {
  const { code, err } = await run("--config", configFile('{"chrootDir": "/hostroot"}'));
  expect(err).toContain('"chrootDir" is not understood\nhint: take it out');
  expect(code).toBe(2);
});

test("options win over keys", () => {
  const config = parseAgentConfig('{"kubeconfig": "/a", "listen": "127.0.0.1:1"}', "test");
  const none = {
    config: undefined,
    nodeName: undefined,
    kubeconfig: undefined,
    hostKubeconfig: undefined,
    hostApiServer: undefined,
    listen: undefined,
  };
  expect(withOptions(config, none)).toEqual(config);
  const options = { ...none, kubeconfig: "/b", hostKubeconfig: "/c", listen: "off" };
  expect(withOptions(config, options)).toMatchObject({
    kubeconfig: "/b",
    hostKubeconfig: "/c",
    listen: undefined,
  });
});

test("the node's name is the option, the variable, the host's name", () => {
  expect(nodeNameOf("a", { NODE_NAME: "b" })).toBe("a");
  expect(nodeNameOf(undefined, { NODE_NAME: "b" })).toBe("b");
  expect(nodeNameOf(undefined, {})).toBe(hostname().toLowerCase());
});
